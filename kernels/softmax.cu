// Softmax and its logarithm over the last axis of contiguous (rows, columns), any row length.
// A row is a warp's or a block's (rows.cuh); halves are computed in float.  A row of nothing but
// -inf, and one that holds +inf or NaN, gives NaN, as in PyTorch.
// forward: y from x.  backward: the gradient of x from y and the gradient g of y.
// Reference: tests/test_row_kernels.py, softmax and log_softmax in float64.
#include "rows.cuh"

template <typename T>
__device__ void softmax_forward(const T* x, T* y, int64 rows, int64 columns) {
    FOR_EACH_ROW(row, rows) {
        const T* in = x + row * columns;
        const Peak<Wide<T>> peak = peak_of_row(in, columns);
        FOR_EACH_COLUMN(column, columns)
            y[row * columns + column] =
                narrow<T>(exponential(wide(in[column]) - peak.largest) / peak.sum);
    }
}

template <typename T>
__device__ void log_softmax_forward(const T* x, T* y, int64 rows, int64 columns) {
    FOR_EACH_ROW(row, rows) {
        const T* in = x + row * columns;
        const Peak<Wide<T>> peak = peak_of_row(in, columns);
        const Wide<T> log_sum = logarithm(peak.sum);
        FOR_EACH_COLUMN(column, columns)
            y[row * columns + column] = narrow<T>(wide(in[column]) - peak.largest - log_sum);
    }
}

template <typename T>
__device__ void softmax_backward(const T* g, const T* y, T* gx, int64 rows, int64 columns) {
    FOR_EACH_ROW(row, rows) {
        const int64 start = row * columns;
        Wide<T> sum = 0;
        FOR_EACH_COLUMN(column, columns) sum += wide(g[start + column]) * wide(y[start + column]);
        sum = across_row(sum, Add());
        FOR_EACH_COLUMN(column, columns)
            gx[start + column] =
                narrow<T>(wide(y[start + column]) * (wide(g[start + column]) - sum));
    }
}

template <typename T>
__device__ void log_softmax_backward(const T* g, const T* y, T* gx, int64 rows, int64 columns) {
    FOR_EACH_ROW(row, rows) {
        const int64 start = row * columns;
        Wide<T> sum = 0;
        FOR_EACH_COLUMN(column, columns) sum += wide(g[start + column]);
        sum = across_row(sum, Add());
        FOR_EACH_COLUMN(column, columns)
            gx[start + column] = narrow<T>(wide(g[start + column]) -
                                           exponential(wide(y[start + column])) * sum);
    }
}

#define STAMP(name, T)                                                                            \
    extern "C" __global__ void name##_forward_##T(const T* x, T* y, int64 rows, int64 columns) {  \
        name##_forward<T>(x, y, rows, columns);                                                   \
    }                                                                                             \
    extern "C" __global__ void name##_backward_##T(const T* g, const T* y, T* gx, int64 rows,     \
                                                   int64 columns) {                               \
        name##_backward<T>(g, y, gx, rows, columns);                                              \
    }
STAMP(softmax, float16)
STAMP(softmax, bfloat16)
STAMP(softmax, float32)
STAMP(softmax, float64)
STAMP(log_softmax, float16)
STAMP(log_softmax, bfloat16)
STAMP(log_softmax, float32)
STAMP(log_softmax, float64)
