// y[i][j] = sum over k of weights[k] * x[k][i] * x[k][j] on the host, for the groups of ROWS rows
// of y from begin to end - 1: up to the diagonal, and mirrored, half of a general product.
// x is (count, columns); its rows are contiguous and lie `stride` elements apart.
//
// Rows of x go through in blocks that stay in the cache, packed with zeros behind them.  Of a group
// of y's rows as many vectors as registers hold are summed at once.  Every element is summed by one
// thread in the order of k, so that the bits do not depend on threads.
// Reference: (x.T * weights) @ x; tests/test_gram.py.
#include <cstdlib>
#include <cstring>

struct Job {
    const void *x, *weights;
    void* y;
    long count, columns, stride;
};

#ifdef __AVX512F__  // 32 registers
constexpr long BYTES = 64, ROWS = 8, VECTORS = 3;
#else  // 16
constexpr long BYTES = 32, ROWS = 6, VECTORS = 2;
#endif
constexpr long BLOCK = 64;  // rows of x at once

extern "C" __attribute__((visibility("default"))) const long gram_rows = ROWS;

template <typename T> struct Lanes {
    typedef T vector __attribute__((vector_size(BYTES)));
    static constexpr long width = BYTES / sizeof(T);
};

// Adds a block's sums for ROWS rows and COUNT vectors to y.
template <typename T, long COUNT>
static inline void tile(const T* __restrict left, const T* __restrict right, long rows, long padded,
                        T* __restrict y) {
    typedef typename Lanes<T>::vector vector;
    constexpr long width = Lanes<T>::width;
    vector sums[ROWS][COUNT] = {};
    for (long k = 0; k < rows; ++k) {
        vector those[COUNT];
        for (long v = 0; v < COUNT; ++v)
            memcpy(&those[v], right + k * padded + v * width, BYTES);
        for (long i = 0; i < ROWS; ++i)
            for (long v = 0; v < COUNT; ++v) sums[i][v] += left[k * padded + i] * those[v];
    }
    for (long i = 0; i < ROWS; ++i)
        for (long v = 0; v < COUNT; ++v) {
            vector total;
            memcpy(&total, y + i * padded + v * width, BYTES);
            total += sums[i][v];
            memcpy(y + i * padded + v * width, &total, BYTES);
        }
}

// A block's sums for ROWS rows and all vectors up to the diagonal.
template <typename T>
static void group(const T* left, const T* right, long rows, long padded, long vectors, T* y) {
    constexpr long width = Lanes<T>::width;
    long v = 0;
    for (; VECTORS == 3 && (vectors - v >= 5 || vectors - v == 3); v += 3)  // leaves no single one
        tile<T, 3>(left, right + v * width, rows, padded, y + v * width);
    for (; vectors - v >= 2; v += 2)
        tile<T, 2>(left, right + v * width, rows, padded, y + v * width);
    if (v < vectors) tile<T, 1>(left, right + v * width, rows, padded, y + v * width);
}

template <typename T> static void gram(const Job& job, long begin, long end) {
    constexpr long width = Lanes<T>::width;
    const long columns = job.columns, padded = (columns + ROWS + width) / width * width;
    const long first = begin * ROWS, last = end * ROWS < columns ? end * ROWS : columns;
    T* right = (T*)calloc((2 * BLOCK + (end - begin) * ROWS) * padded, sizeof(T));
    T *left = right + BLOCK * padded, *sums = left + BLOCK * padded;
    for (long start = 0; start < job.count; start += BLOCK) {
        const long rows = job.count - start < BLOCK ? job.count - start : BLOCK;
        for (long k = 0; k < rows; ++k) {
            const T* from = (const T*)job.x + (start + k) * job.stride;
            const T weight = ((const T*)job.weights)[start + k];
            for (long j = 0; j < last; ++j) right[k * padded + j] = from[j];
            for (long j = first; j < last; ++j) left[k * padded + j] = weight * from[j];
        }
        for (long i = first; i < last; i += ROWS)
            group(left + i, right, rows, padded, (i + ROWS + width - 1) / width,
                  sums + (i - first) * padded);
    }
    T* y = (T*)job.y;
    for (long i = first; i < last; ++i)
        for (long j = 0; j <= i; ++j)
            y[i * columns + j] = y[j * columns + i] = sums[(i - first) * padded + j];
    free(right);
}

#define STAMP(T, name)                                                                             \
    extern "C" __attribute__((visibility("default"))) void gram_##name(const Job* job, long begin, \
                                                                       long end) {                 \
        gram<T>(*job, begin, end);                                                                 \
    }
STAMP(float, float32)
STAMP(double, float64)
