// Mean 0 and variance 1 of rows, then * weight + bias, and the gradients, on the host.
//
// A row is ``pieces`` pieces of ``length`` contiguous elements; rows are numbered by outer and
// inner.  The weight of an element lies at inner * weight_inner + piece * weight_piece, and with
// ``each`` at the number of the element in its piece further on: a layer norm has one piece and a
// weight for each element, a batch norm one for each inner row, a group norm one for each piece.
// Rows are read twice or thrice while they are in the cache; sums of blocks go into double.
//
//   forward    y, centre and variance of every row; an item is a row
//   backward   the gradient of x, and parts of those of weight and bias, which begin as zeros: for
//              each outer one, an item being a row; or, with ``each``, for each of ``runs`` runs of
//              outer ones, which are the items, so that the sums do not depend on threads
// Reference: gpugrad/ops/normalisation.py, standardise; tests/test_host_rows.py compares.
#include <cmath>

struct Job {
    const void *x, *weight, *bias, *g;
    void *y, *centre, *variance, *to_x, *to_weight, *to_bias;
    long outer, inner, pieces, length;
    long x_outer, x_inner, x_piece;  // elements from one to the next
    long weights, weight_inner, weight_piece, each, runs;
    double epsilon;
};

enum { BLOCK = 1024 };  // numbers that are added up before the sum goes into double precision

template <typename T> struct Row {
    const Job &job;
    long number, start, weight;
    Row(const Job &job, long outer, long inner)
        : job(job), number(outer * job.inner + inner),
          start(outer * job.x_outer + inner * job.x_inner), weight(inner * job.weight_inner) {}

    // Calls ``block`` with where some elements begin, where their weight is, and how many they are.
    template <typename F> void over(F block) const {
        for (long p = 0; p < job.pieces; p++)
            for (long j = 0; j < job.length; j += BLOCK) {
                const long rest = job.length - j;
                block(start + p * job.x_piece + j,
                      weight + p * job.weight_piece + (job.each ? j : 0),
                      rest < BLOCK ? rest : (long)BLOCK);
            }
    }
};

// The sum of f(0) .. f(n - 1) in four strips, whose additions do not wait for each other.
template <typename T, typename F> static inline T strips(long n, F f) {
    const long q = n / 4;
    T a = 0, b = 0, c = 0, d = 0;
    _Pragma("omp simd reduction(+:a, b, c, d)")
    for (long j = 0; j < q; j++) a += f(j), b += f(j + q), c += f(j + 2 * q), d += f(j + 3 * q);
    for (long j = 4 * q; j < n; j++) a += f(j);
    return (a + b) + (c + d);
}

template <typename T> static void forward(const Job &job, long item) {
    const Row<T> row(job, item / job.inner, item % job.inner);
    const T *x = (const T *)job.x, *weight = (const T *)job.weight, *bias = (const T *)job.bias;
    T *y = (T *)job.y;
    const double count = (double)job.pieces * job.length;
    double total = 0, squares = 0;
    row.over([&](long at, long, long n) {
        total += strips<T>(n, [&](long j) { return x[at + j]; });
    });
    const T centre = (T)(total / count);
    row.over([&](long at, long, long n) {
        squares += strips<T>(n, [&](long j) {
            return (x[at + j] - centre) * (x[at + j] - centre);
        });
    });
    const T variance = (T)(squares / count), scale = 1 / std::sqrt(variance + (T)job.epsilon);
    row.over([&](long at, long w, long n) {
        if (job.each && bias) {
            _Pragma("omp simd")
            for (long j = 0; j < n; j++)
                y[at + j] = (x[at + j] - centre) * (scale * weight[w + j]) + bias[w + j];
            return;
        }
        if (job.each) {
            _Pragma("omp simd")
            for (long j = 0; j < n; j++) y[at + j] = (x[at + j] - centre) * (scale * weight[w + j]);
            return;
        }
        const T factor = weight ? scale * weight[w] : scale, shift = bias ? bias[w] : 0;
        _Pragma("omp simd")
        for (long j = 0; j < n; j++) y[at + j] = (x[at + j] - centre) * factor + shift;
    });
    ((T *)job.centre)[row.number] = centre, ((T *)job.variance)[row.number] = variance;
}

// The gradients of one row; ``part``: where the parts of the gradients of weight and bias begin.
template <typename T> static void backward_row(const Job &job, const Row<T> &row, long part) {
    const T *x = (const T *)job.x, *g = (const T *)job.g, *weight = (const T *)job.weight;
    T *to_x = (T *)job.to_x, *to_weight = (T *)job.to_weight, *to_bias = (T *)job.to_bias;
    const T centre = ((const T *)job.centre)[row.number];
    const T scale = 1 / std::sqrt(((const T *)job.variance)[row.number] + (T)job.epsilon);
    const double count = (double)job.pieces * job.length;
    double total = 0, products = 0;
    row.over([&](long at, long w, long n) {
        T sum = 0, product = 0;
        if (job.each) {
            T *here = to_weight + part + w, *there = to_bias + part + w;
            _Pragma("omp simd reduction(+:sum, product)")
            for (long j = 0; j < n; j++) {
                const T value = (x[at + j] - centre) * scale, gradient = g[at + j];
                here[j] += gradient * value, there[j] += gradient;
                sum += gradient * weight[w + j], product += gradient * weight[w + j] * value;
            }
            total += sum, products += product;
            return;
        }
        _Pragma("omp simd reduction(+:sum, product)")
        for (long j = 0; j < n; j++)
            sum += g[at + j], product += g[at + j] * (x[at + j] - centre);
        product *= scale;
        const T factor = weight ? weight[w] : 1;
        total += factor * sum, products += factor * product;
        if (weight) to_weight[part + w] += product, to_bias[part + w] += sum;
    });
    const T mean = (T)(total / count), slope = (T)(products / count) * scale;
    row.over([&](long at, long w, long n) {
        if (job.each) {
            _Pragma("omp simd")
            for (long j = 0; j < n; j++)
                to_x[at + j] =
                    (g[at + j] * weight[w + j] - mean - (x[at + j] - centre) * slope) * scale;
            return;
        }
        const T factor = weight ? weight[w] : 1;
        _Pragma("omp simd")
        for (long j = 0; j < n; j++)
            to_x[at + j] = (g[at + j] * factor - mean - (x[at + j] - centre) * slope) * scale;
    });
}

template <typename T> static void backward(const Job &job, long item) {
    if (!job.each) {
        const long outer = item / job.inner;
        backward_row(job, Row<T>(job, outer, item % job.inner), outer * job.weights);
        return;
    }
    const long begin = item * job.outer / job.runs, end = (item + 1) * job.outer / job.runs;
    for (long outer = begin; outer < end; outer++)
        for (long inner = 0; inner < job.inner; inner++)
            backward_row(job, Row<T>(job, outer, inner), item * job.weights);
}

#define EXPORT(NAME, T, DTYPE)                                                                    \
    extern "C" void NAME##_##DTYPE(const void *job, long begin, long end) {                       \
        for (long i = begin; i < end; i++) NAME<T>(*(const Job *)job, i);                         \
    }
EXPORT(forward, float, float32)
EXPORT(forward, double, float64)
EXPORT(backward, float, float32)
EXPORT(backward, double, float64)
