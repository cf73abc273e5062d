// Softmax, its logarithm and their gradients over contiguous rows on the host, in one visit to each
// row while it is in the cache.  A row of nothing but -inf, and one that holds +inf or NaN, gives
// NaN, as in PyTorch.  x and y are (rows, columns); factor, if there is one, has a number for each
// row, by which softmax is multiplied.
//
//   softmax               y = e**(x - largest) * factor / sum
//   log_softmax           y = x - largest - log(sum)
//   log_sum               y[row] = largest + log(sum)
//   softmax_gradient      from x, the gradient of softmax's y, and that y as z
//   log_softmax_gradient  likewise
// Reference: gpugrad/ops/normalisation.py; tests/test_host_rows.py compares.
#include <cmath>

#define GG_APART GG_INLINE
#include "maths.h"

struct Job {
    const void *x, *z, *factor;
    void *y;
    long columns;
};

enum { BLOCK = 1024 };  // numbers that are added up before the sum goes into double precision

static inline float exponential(float x) { return gg_expf(x); }
static inline double exponential(double x) { return std::exp(x); }

template <typename T> static T largest_of(const T *x, long columns) {
    T largest = -(T)GG_INFINITY;
    _Pragma("omp simd reduction(max:largest)")
    for (long c = 0; c < columns; c++) largest = x[c] > largest ? x[c] : largest;
    return largest;
}

// The sum of e**(x - largest), which also goes to y if KEPT.
template <bool KEPT, typename T>
static double exponentials(const T *x, T *y, long columns, T largest) {
    double total = 0;
    for (long start = 0; start < columns; start += BLOCK) {
        const long end = start + BLOCK < columns ? start + BLOCK : columns;
        T sum = 0;
        _Pragma("omp simd reduction(+:sum)")
        for (long c = start; c < end; c++) {
            const T e = exponential(x[c] - largest);
            if (KEPT) y[c] = e;
            sum += e;
        }
        total += sum;
    }
    return total;
}

// The sum of a, or of a * b.
template <bool PRODUCTS, typename T> static double sum(const T *a, const T *b, long columns) {
    double total = 0;
    for (long start = 0; start < columns; start += BLOCK) {
        const long end = start + BLOCK < columns ? start + BLOCK : columns;
        T part = 0;
        _Pragma("omp simd reduction(+:part)")
        for (long c = start; c < end; c++) part += PRODUCTS ? a[c] * b[c] : a[c];
        total += part;
    }
    return total;
}

template <typename T> struct Row {
    const T *x, *z;
    T *y;
    long columns;
    Row(const Job &job, long row)
        : x((const T *)job.x + row * job.columns), z((const T *)job.z + row * job.columns),
          y((T *)job.y + row * job.columns), columns(job.columns) {}
};

template <typename T> static void softmax(const Job &job, long index) {
    const Row<T> row(job, index);
    const T largest = largest_of(row.x, row.columns);
    const double total = exponentials<true>(row.x, row.y, row.columns, largest);
    const T scale = (T)((job.factor ? ((const T *)job.factor)[index] : 1) / total);
    _Pragma("omp simd")
    for (long c = 0; c < row.columns; c++) row.y[c] *= scale;
}

template <typename T> static void log_softmax(const Job &job, long index) {
    const Row<T> row(job, index);
    const T largest = largest_of(row.x, row.columns);
    const T log = (T)std::log(exponentials<false>(row.x, row.y, row.columns, largest));
    _Pragma("omp simd")
    for (long c = 0; c < row.columns; c++) row.y[c] = row.x[c] - largest - log;
}

template <typename T> static void log_sum(const Job &job, long index) {
    const Row<T> row(job, index);
    const T largest = largest_of(row.x, row.columns);
    const double total = exponentials<false>(row.x, row.y, row.columns, largest);
    ((T *)job.y)[index] = (T)(largest + std::log(total));
}

template <typename T> static void softmax_gradient(const Job &job, long index) {
    const Row<T> row(job, index);
    const T total = (T)sum<true>(row.x, row.z, row.columns);
    _Pragma("omp simd")
    for (long c = 0; c < row.columns; c++) row.y[c] = row.z[c] * (row.x[c] - total);
}

template <typename T> static void log_softmax_gradient(const Job &job, long index) {
    const Row<T> row(job, index);
    const T total = (T)sum<false>(row.x, row.x, row.columns);
    _Pragma("omp simd")
    for (long c = 0; c < row.columns; c++) row.y[c] = row.x[c] - exponential(row.z[c]) * total;
}

#define EXPORT(NAME, T, DTYPE)                                                                    \
    extern "C" void NAME##_##DTYPE(const void *job, long begin, long end) {                       \
        for (long i = begin; i < end; i++) NAME<T>(*(const Job *)job, i);                         \
    }
#define FLOATS(NAME) EXPORT(NAME, float, float32) EXPORT(NAME, double, float64)
FLOATS(softmax)
FLOATS(log_softmax)
FLOATS(log_sum)
FLOATS(softmax_gradient)
FLOATS(log_softmax_gradient)
