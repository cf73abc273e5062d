// Pooling of planes (*size) of three axes on the host, windows without a padded copy; images have a
// length of 1 in front.  The first of the largest elements of a window counts; a NaN is larger than
// any number, as in PyTorch.
//
//   largest   result[plane, window] = largest element, places[plane, window] = its flat place
//   collect   the transpose: adds the share of every window at its place
//   choose    result[plane, window] = x[plane, places[plane, window]]
//   total     result[plane, box] = the sum of the elements of a box, which tables give
// Reference: gpugrad/ops/pooling.py, max_pool, and gpugrad/ops/adaptive_pooling.py, adaptive_sum;
// tests/test_convolution.py compares.
#include <cmath>
#include <cstring>

#include "scratch.h"

struct Job {
    const void *x;
    void *result;
    int *places;
    long size[3], count[3], kernel[3], strides[3], padding[3], dilation[3];
};

// The elements along an axis that a window meets: from begin, in steps of the dilation, before end.
struct Line {
    long begin, end;
};

static Line line(const Job &job, int axis, long window) {
    const long step = job.dilation[axis], start = window * job.strides[axis] - job.padding[axis];
    const long stop = start + (job.kernel[axis] - 1) * step + 1;
    return {start < 0 ? start + (step - 1 - start) / step * step : start,
            stop < job.size[axis] ? stop : job.size[axis]};
}

static long volume(const long *sizes) { return sizes[0] * sizes[1] * sizes[2]; }

template <typename T> static void largest(const Job &job, long plane) {
    const long *size = job.size, *count = job.count, *step = job.dilation;
    const T *x = (const T *)job.x + plane * volume(size);
    T *result = (T *)job.result + plane * volume(count);
    int *places = job.places + plane * volume(count);
    for (long z = 0; z < count[0]; z++)
        for (long y = 0; y < count[1]; y++) {
            const Line deep = line(job, 0, z), down = line(job, 1, y);
            for (long w = 0; w < count[2]; w++) {
                const Line across = line(job, 2, w);
                T best = -INFINITY;
                long place = -1;
                for (long i = deep.begin; i < deep.end; i += step[0])
                    for (long j = down.begin; j < down.end; j += step[1])
                        for (long k = across.begin; k < across.end; k += step[2]) {
                            const long here = (i * size[1] + j) * size[2] + k;
                            const T value = x[here];
                            if (place < 0 || value > best || (value != value && best == best))
                                best = value, place = here;
                        }
                *result++ = best;
                *places++ = place < 0 ? 0 : place;
            }
        }
}

// result[plane, places[plane, window]] += x[plane, window], windows in order
template <typename T> static void collect(const Job &job, long plane) {
    const long windows = volume(job.count), size = volume(job.size);
    const T *x = (const T *)job.x + plane * windows;
    const int *places = job.places + plane * windows;
    T *result = (T *)job.result + plane * size;
    memset(result, 0, size * sizeof(T));
    for (long window = 0; window < windows; window++) result[places[window]] += x[window];
}

template <typename T> static void choose(const Job &job, long plane) {
    const long windows = volume(job.count);
    const T *x = (const T *)job.x + plane * volume(job.size);
    const int *places = job.places + plane * windows;
    T *result = (T *)job.result + plane * windows;
    for (long window = 0; window < windows; window++) result[window] = x[places[window]];
}

// Boxes by the elements that they have along each axis: from begin[axis][i] to end[axis][i].
struct Boxes {
    const void *x;
    void *result;
    long size[3], count[3];
    const long *begin[3], *end[3];
};

// Rows of a box are added first, many elements at a time, then the elements along the last axis.
template <typename T> static void total(const Boxes &job, long plane) {
    const long *size = job.size, *count = job.count, columns = size[2];
    const T *x = (const T *)job.x + plane * volume(size);
    T *result = (T *)job.result + plane * volume(count);
    Scratch<T> sums(columns);
    for (long z = 0; z < count[0]; z++)
        for (long y = 0; y < count[1]; y++, result += count[2]) {
            if (y && job.begin[1][y] == job.begin[1][y - 1] && job.end[1][y] == job.end[1][y - 1]) {
                memcpy(result, result - count[2], count[2] * sizeof(T));  // of the same rows
                continue;
            }
            long rows = 0;
            const T *line = sums.data();
            for (long i = job.begin[0][z]; i < job.end[0][z]; i++)
                for (long j = job.begin[1][y]; j < job.end[1][y]; j++) {
                    const T *row = x + (i * size[1] + j) * columns;
                    if (rows == 0) line = row;
                    else
                        for (long k = 0; k < columns; k++) sums[k] = line[k] + row[k];
                    if (rows++) line = sums.data();
                }
            for (long w = 0; w < count[2]; w++) {
                T sum = 0;
                if (rows)
                    for (long k = job.begin[2][w]; k < job.end[2][w]; k++) sum += line[k];
                result[w] = sum;
            }
        }
}

#define EXPORT(NAME, JOB, T, DTYPE)                                                               \
    extern "C" void NAME##_##DTYPE(const void *job, long begin, long end) {                       \
        for (long i = begin; i < end; i++) NAME<T>(*(const JOB *)job, i);                         \
    }
EXPORT(largest, Job, float, float32)
EXPORT(largest, Job, double, float64)
EXPORT(collect, Job, float, float32)
EXPORT(collect, Job, double, float64)
EXPORT(choose, Job, float, float32)
EXPORT(choose, Job, double, float64)
EXPORT(total, Boxes, float, float32)
EXPORT(total, Boxes, double, float64)
