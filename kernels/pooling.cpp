// Max pooling of planes (rows, columns) on the host, windows without a padded copy.  The first of
// the largest elements of a window counts; a NaN is larger than any number, as in PyTorch.
//
//   largest   result[plane, window] = largest element, places[plane, window] = its flat place
//   collect   the transpose: adds the share of every window at its place
// Reference: gpugrad/ops/pooling.py, max_pool; tests/test_convolution.py compares.
#include <cstring>

struct Job {
    const void *x;
    void *result;
    int *places;
    long rows, columns, windows_down, windows_across;
    long kernel[2], strides[2], padding[2], dilation[2];
};

template <typename T> static void largest(const Job &job, long plane) {
    const T *x = (const T *)job.x + plane * job.rows * job.columns;
    const long windows = job.windows_down * job.windows_across;
    T *result = (T *)job.result + plane * windows;
    int *places = job.places + plane * windows;
    for (long window = 0; window < windows; window++) {
        const long top = window / job.windows_across * job.strides[0] - job.padding[0];
        const long left = window % job.windows_across * job.strides[1] - job.padding[1];
        T best = 0;
        long place = -1;
        for (long i = 0; i < job.kernel[0]; i++) {
            const long row = top + i * job.dilation[0];
            if (row < 0 || row >= job.rows) continue;
            for (long j = 0; j < job.kernel[1]; j++) {
                const long column = left + j * job.dilation[1];
                if (column < 0 || column >= job.columns) continue;
                const T value = x[row * job.columns + column];
                if (place < 0 || value > best || (value != value && best == best))
                    best = value, place = row * job.columns + column;
            }
        }
        result[window] = best;
        places[window] = place;
    }
}

// result[plane, places[plane, window]] += x[plane, window], windows in order
template <typename T> static void collect(const Job &job, long plane) {
    const long windows = job.windows_down * job.windows_across, size = job.rows * job.columns;
    const T *x = (const T *)job.x + plane * windows;
    const int *places = job.places + plane * windows;
    T *result = (T *)job.result + plane * size;
    memset(result, 0, size * sizeof(T));
    for (long window = 0; window < windows; window++) result[places[window]] += x[window];
}

#define EXPORT(NAME, T, DTYPE)                                                                    \
    extern "C" void NAME##_##DTYPE(const void *job, long begin, long end) {                       \
        for (long i = begin; i < end; i++) NAME<T>(*(const Job *)job, i);                         \
    }
EXPORT(largest, float, float32)
EXPORT(largest, double, float64)
EXPORT(collect, float, float32)
EXPORT(collect, double, float64)
