// Weighted sums of few elements along each axis of planes (*size), three of them, on the host;
// images have a length of 1 in front.  Along each axis element i of the result has ``taps`` places
// and weights.
//
//   gather   result (planes, *count) from x (planes, *size)
//   spread   the transpose: result (planes, *size) from x (planes, *count)
// Reference: gpugrad/ops/bands.py, band_sums and band_spread; tests/test_bands.py compares.
#include <cstring>

#include "scratch.h"

struct Job {
    const void *x;
    void *result;
    long size[3], count[3], taps[3];
    const long *places[3];
    const void *weights[3];
};

static long volume(const long *sizes) { return sizes[0] * sizes[1] * sizes[2]; }

// What follows, for every row of a plane that takes part in row (z, y) of the other, by its number
// and its weight.
#define FOR_EACH_ROW(z, y, row, weight)                                                           \
    for (long a = (z) * job.taps[0]; a < ((z) + 1) * job.taps[0]; a++)                            \
        for (long b = (y) * job.taps[1]; b < ((y) + 1) * job.taps[1]; b++)                        \
            if (const long row = job.places[0][a] * job.size[1] + job.places[1][b]; true)         \
                if (const T weight = ((const T *)job.weights[0])[a] *                             \
                                     ((const T *)job.weights[1])[b];                              \
                    true)

// Rows are added first, many elements at a time, then elements along the last axis.
template <typename T> static void gather(const Job &job, long plane) {
    const long *count = job.count, columns = job.size[2], taps = job.taps[2];
    const T *x = (const T *)job.x + plane * volume(job.size), *weights = (const T *)job.weights[2];
    T *result = (T *)job.result + plane * volume(count);
    Scratch<T> line(columns);
    for (long z = 0; z < count[0]; z++)
        for (long y = 0; y < count[1]; y++) {
            bool first = true;
            FOR_EACH_ROW(z, y, row, weight) {
                const T *from = x + row * columns;
                if (first)
                    for (long k = 0; k < columns; k++) line[k] = weight * from[k];
                else
                    for (long k = 0; k < columns; k++) line[k] += weight * from[k];
                first = false;
            }
            const long *places = job.places[2];
            for (long w = 0; w < count[2]; w++) {
                T sum = 0;
                for (long t = w * taps; t < (w + 1) * taps; t++)
                    sum += weights[t] * line[places[t]];
                *result++ = sum;
            }
        }
}

template <typename T> static void spread(const Job &job, long plane) {
    const long *count = job.count, columns = job.size[2], taps = job.taps[2];
    const T *x = (const T *)job.x + plane * volume(count), *weights = (const T *)job.weights[2];
    T *result = (T *)job.result + plane * volume(job.size);
    Scratch<T> line(columns);
    memset(result, 0, volume(job.size) * sizeof(T));
    for (long z = 0; z < count[0]; z++)
        for (long y = 0; y < count[1]; y++) {
            const long *places = job.places[2];
            memset(line.data(), 0, columns * sizeof(T));
            for (long w = 0; w < count[2]; w++) {
                const T share = *x++;
                for (long t = w * taps; t < (w + 1) * taps; t++)
                    line[places[t]] += weights[t] * share;
            }
            FOR_EACH_ROW(z, y, row, weight) {
                T *to = result + row * columns;
                for (long k = 0; k < columns; k++) to[k] += weight * line[k];
            }
        }
}

#define EXPORT(NAME, T, DTYPE)                                                                    \
    extern "C" void NAME##_##DTYPE(const void *job, long begin, long end) {                       \
        for (long i = begin; i < end; i++) NAME<T>(*(const Job *)job, i);                         \
    }
EXPORT(gather, float, float32)
EXPORT(gather, double, float64)
EXPORT(spread, float, float32)
EXPORT(spread, double, float64)
