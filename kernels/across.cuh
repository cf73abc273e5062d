// What the threads of a row, of a column or of a block combine.  The blockDim.x threads (a power of
// two up to 1024) with one threadIdx.y own a row together; a block has 32 threads or more, and no
// more than 256 where it has several rows.  All threads of a block come here together.  The order
// in which values meet is fixed.

struct Add {
    template <typename W> __device__ W operator()(W a, W b) const { return a + b; }
};
struct Greater {
    template <typename W> __device__ W operator()(W a, W b) const { return a > b ? a : b; }
};
struct Largest {  // NaN wins
    template <typename W> __device__ W operator()(W a, W b) const {
        return (a > b) | (a != a) ? a : b;
    }
};
struct Smallest {
    template <typename W> __device__ W operator()(W a, W b) const {
        return (a < b) | (a != a) ? a : b;
    }
};

// Shared memory is declared outside of templates: there, g++ ignores the section that the simulated
// device puts it into, and no race would be seen.
__device__ inline void* memory_of_warps() {
    __shared__ double of_warp[32];
    return of_warp;
}
__device__ inline void* memory_of_threads() {  // of a block with several rows
    __shared__ double of_thread[256];
    return of_thread;
}

// Of a warp's values, given to each of its threads: those of ``threads`` neighbours.
template <typename W, typename Combine>
__device__ W across_lanes(W value, Combine combine, int threads) {
    #pragma unroll
    for (int distance = 16; distance > 0; distance /= 2)
        if (distance < threads)
            value = combine(value, __shfl_xor_sync(0xffffffffu, value, distance));
    return value;
}

// Of the values that a block's warps have, each in all of its threads.
template <typename W, typename Combine> __device__ W across_warps(W value, Combine combine) {
    W* of_warp = (W*)memory_of_warps();
    const int thread = threadIdx.y * blockDim.x + threadIdx.x;
    __syncthreads();  // what an earlier call left there has been read
    if (thread % 32 == 0) of_warp[thread / 32] = value;
    __syncthreads();
    value = of_warp[0];
    const int warps = blockDim.x * blockDim.y / 32;
    for (int warp = 1; warp < warps; ++warp) value = combine(value, of_warp[warp]);
    return value;
}

// Of all values of a row, given to each of its threads.  A row is a part of a warp's, a warp's or a
// whole block's: above 32 threads blockDim.y is 1.
template <typename W, typename Combine> __device__ W across_row(W value, Combine combine) {
    value = across_lanes(value, combine, blockDim.x);
    return blockDim.x <= 32 ? value : across_warps(value, combine);
}

// Of all values of a block, given to each of its threads.
template <typename W, typename Combine> __device__ W across_block(W value, Combine combine) {
    value = across_lanes(value, combine, 32);
    return blockDim.x * blockDim.y <= 32 ? value : across_warps(value, combine);
}

// Of the values in threads with one threadIdx.x, given to that whose threadIdx.y is 0.
template <typename W, typename Combine> __device__ W down_columns(W value, Combine combine) {
    if (blockDim.y == 1) return value;
    W* of_thread = (W*)memory_of_threads() + threadIdx.x;
    __syncthreads();  // what an earlier call left there has been read
    of_thread[blockDim.x * threadIdx.y] = value;
    __syncthreads();
    if (threadIdx.y == 0)
        for (int y = 1; y < (int)blockDim.y; ++y) value = combine(value, of_thread[blockDim.x * y]);
    return value;
}
