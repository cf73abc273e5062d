// Sums over the middle axis of contiguous x (outer, reduced, inner), in chunks of it:
// y (outer, chunks, inner), where chunk c takes the elements c * length .. (c + 1) * length - 1.
// With chunks 1 this is the whole sum; else a second launch sums y.  The order of additions
// depends on the sizes alone (no atomics), so that the bits are the same in every run.
// rows: inner is 1, a row is a warp's or a block's.  columns: any inner; block (32, 8).
// Symbols name the element types of x and y; sums are kept in float or wider.
// Reference: tests/test_sum_kernels.py, sum in float64.
#include "rows.cuh"

template <typename T, typename R>
__device__ void sum_rows(const T* x, R* y, int64 outer, int64 reduced, int64 chunks,
                         int64 length) {
    FOR_EACH_ROW(row, outer * chunks) {
        const int64 begin = row % chunks * length;
        const int64 count = reduced - begin < length ? reduced - begin : length;
        const T* in = x + row / chunks * reduced + begin;
        Wide<T> sum = 0;
        FOR_EACH_COLUMN(i, count) sum += wide(in[i]);
        sum = across_row(sum, Add());
        if (threadIdx.x == 0) y[row] = narrow<R>(sum);
    }
}

template <typename T, typename R>
__device__ void sum_columns(const T* x, R* y, int64 outer, int64 reduced, int64 inner,
                            int64 chunks, int64 length) {
    const int64 tiles = (inner + 31) / 32;
    for (int64 tile = blockIdx.x; tile < outer * chunks * tiles; tile += gridDim.x) {
        const int64 row = tile / tiles, column = tile % tiles * 32 + threadIdx.x;
        const int64 begin = row % chunks * length;
        const int64 end = begin + length < reduced ? begin + length : reduced;
        const T* in = x + row / chunks * reduced * inner + column;
        Wide<T> sum = 0;
        if (column < inner)
            for (int64 i = begin + threadIdx.y; i < end; i += 8) sum += wide(in[i * inner]);
        sum = down_columns(sum, Add());
        if (threadIdx.y == 0 && column < inner) y[row * inner + column] = narrow<R>(sum);
    }
}

#define STAMP(T, R)                                                                               \
    extern "C" __global__ void sum_rows_##T##_##R(const T* x, R* y, int64 outer, int64 reduced,   \
                                                  int64 chunks, int64 length) {                   \
        sum_rows<T, R>(x, y, outer, reduced, chunks, length);                                     \
    }                                                                                             \
    extern "C" __global__ void sum_columns_##T##_##R(const T* x, R* y, int64 outer,               \
                                                     int64 reduced, int64 inner, int64 chunks,    \
                                                     int64 length) {                              \
        sum_columns<T, R>(x, y, outer, reduced, inner, chunks, length);                           \
    }
STAMP(float16, float16)
STAMP(float16, float32)
STAMP(float32, float16)
STAMP(bfloat16, bfloat16)
STAMP(bfloat16, float32)
STAMP(float32, bfloat16)
STAMP(float32, float32)
STAMP(float64, float64)
