// Adds rows of updates (count, columns) into rows of y (rows, columns): y[indices[i]] += updates[i]
// for i = 0, 1, 2, ... in that order, so that the bits are those of the sequential loop (halves are
// summed in float and rounded once).
// order: the stable order that sorts indices, or null for one index.  The thread that finds the
// first of a run of equal indices adds the whole run; the others have nothing to do.  Indices
// outside 0 .. rows - 1 are left out.
// Blocks: threads x over columns, threads y over positions in order.
// Reference: numpy.add.at; tests/test_sum_kernels.py compares the bits.
#include "numbers.cuh"

template <typename T>
__device__ void scatter_add(T* y, const int64* indices, const int64* order, const T* updates,
                            int64 rows, int64 count, int64 columns) {
    const int64 first = blockIdx.x * (int64)blockDim.y + threadIdx.y;
    const int64 start = blockIdx.y * (int64)blockDim.x + threadIdx.x;
    const auto item = [=](int64 p) { return order ? order[p] : p; };
    for (int64 p = first; p < count; p += (int64)gridDim.x * blockDim.y) {
        const int64 row = indices[item(p)];
        const bool leads = p == 0 || indices[item(p - 1)] != row;
        if (!leads || row < 0 || row >= rows) continue;
        for (int64 k = start; k < columns; k += (int64)gridDim.y * blockDim.x) {
            Wide<T> sum = wide(y[row * columns + k]);
            for (int64 q = p; q < count && indices[item(q)] == row; ++q)
                sum += wide(updates[item(q) * columns + k]);
            y[row * columns + k] = narrow<T>(sum);
        }
    }
}

#define STAMP(T)                                                                             \
    extern "C" __global__ void scatter_add_##T(T* y, const int64* indices,                   \
                                               const int64* order, const T* updates,         \
                                               int64 rows, int64 count, int64 columns) {     \
        scatter_add<T>(y, indices, order, updates, rows, count, columns);                    \
    }
STAMP(float16)
STAMP(bfloat16)
STAMP(float32)
STAMP(float64)
