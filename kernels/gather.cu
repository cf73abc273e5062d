// Elements at indices that are data.  Indices count from the end where they are negative; those
// outside of -n .. n - 1 name no element, and nothing is read or written for them.
// gather_<bytes>: y[o, k, j] = x[o, i, j] with i = indices[o, k, j], of elements of so many bytes;
//   where i names none, otherwise[o, k, j], or the bytes of fill where otherwise is null.
//   x: (outer, n, inner), indices: (outer, count, inner), both by their steps in elements, 0 where
//   they repeat; y and otherwise: (outer, count, inner), contiguous.  rows: outer * count.
// join_places: places in an array of (before, n) from those along both of its axes, each (count,);
//   before * n where one of the two is outside.  places: 0 .. before, where before is outside;
//   null for 0.
// last_of_places: the largest k with places[k] == p, for each p of 0 .. n - 1, where last[p] was
//   lower.  It is the only one that needs atomics, and their order cannot be seen.
// Blocks of gather: threads x over inner, threads y over rows.
// Reference: numpy.take; tests/test_gather_kernels.py compares the bits.
#include "numbers.cuh"

struct Steps {
    int64 outer, middle, inner;
    __device__ int64 operator()(int64 o, int64 k, int64 j) const {
        return o * outer + k * middle + j * inner;
    }
};

// The place that an index names among n; -1 for none.
__device__ inline int64 place_of(int64 index, int64 n) {
    const int64 place = index < 0 ? index + n : index;
    return place >= 0 && place < n ? place : -1;
}

struct alignas(16) TwoWords {
    uint64 low, high;
};
template <typename T> __device__ inline T first_bytes(TwoWords fill) { return (T)fill.low; }
template <> __device__ inline TwoWords first_bytes<TwoWords>(TwoWords fill) { return fill; }

template <typename T>
__device__ void gather(const T* x, const int64* indices, const T* otherwise, T* y, T fill,
                       int64 rows, int64 count, int64 inner, int64 n, Steps of_x,
                       Steps of_indices) {
    const int64 first = blockIdx.x * (int64)blockDim.y + threadIdx.y;
    const int64 start = blockIdx.y * (int64)blockDim.x + threadIdx.x;
    for (int64 row = first; row < rows; row += (int64)gridDim.x * blockDim.y) {
        const int64 o = row / count, k = row % count;
        for (int64 j = start; j < inner; j += (int64)gridDim.y * blockDim.x) {
            const int64 place = place_of(indices[of_indices(o, k, j)], n);
            y[row * inner + j] = place >= 0  ? x[of_x(o, place, j)]
                                 : otherwise ? otherwise[row * inner + j]
                                             : fill;
        }
    }
}

#define FOR_EACH(k, count)                                                      \
    for (int64 k = blockIdx.x * (int64)blockDim.x + threadIdx.x; k < (count);   \
         k += (int64)gridDim.x * blockDim.x)

extern "C" __global__ void join_places(const int64* places, const int64* indices, int64* joined,
                                       int64 count, int64 before, int64 n) {
    FOR_EACH(k, count) {
        const int64 place = places ? places[k] : 0, next = place_of(indices[k], n);
        joined[k] = place < before && next >= 0 ? place * n + next : before * n;
    }
}

extern "C" __global__ void last_of_places(const int64* places, int64* last, int64 count,
                                          int64 n) {
    FOR_EACH(k, count) {
        const int64 place = place_of(places[k], n);
        if (place >= 0) atomicMax(last + place, k);
    }
}

#define STAMP(bytes, T)                                                                         \
    extern "C" __global__ void gather_##bytes(                                                  \
        const void* x, const int64* indices, const void* otherwise, void* y, int64 fill_low,    \
        int64 fill_high, int64 rows, int64 count, int64 inner, int64 n, int64 x_outer,          \
        int64 x_middle, int64 x_inner, int64 outer, int64 middle, int64 step) {                 \
        const TwoWords fill = {(uint64)fill_low, (uint64)fill_high};                            \
        gather<T>((const T*)x, indices, (const T*)otherwise, (T*)y, first_bytes<T>(fill), rows, \
                  count, inner, n, {x_outer, x_middle, x_inner}, {outer, middle, step});        \
    }
STAMP(1, unsigned char)
STAMP(2, unsigned short)
STAMP(4, unsigned int)
STAMP(8, uint64)
STAMP(16, TwoWords)
