// The stable order that sorts int64 keys in 0 .. limit - 1 (all others go last): a radix sort, four
// bits at a time, the lowest first.  No atomics and no library, so that it can be captured.
// Three launches a pass: sort_count, sort_offsets, sort_place.  Blocks: 256 threads, a tile each.
// order: the order that the lower bits gave, or null in the first pass.
// totals: (16, tiles), how many keys of a tile have each digit; then where each goes.
// Reference: numpy.argsort(kind="stable"); tests/test_sum_kernels.py compares the two.
#include "numbers.cuh"

#define DIGITS 16
#define THREADS 256
#define ITEMS 8

struct Pass {
    const int64 *keys, *order;
    int64 count, limit;
    int shift;

    __device__ int64 begin() const { return (blockIdx.x * (int64)THREADS + threadIdx.x) * ITEMS; }
    __device__ int64 end() const { return begin() + ITEMS < count ? begin() + ITEMS : count; }
    __device__ int64 item(int64 i) const { return order ? order[i] : i; }
    __device__ int digit(int64 item) const {
        const int64 key = keys[item];
        return (int)((key < 0 || key >= limit ? limit : key) >> shift) & (DIGITS - 1);
    }
};

// before[d][t]: how many keys with digit d the tile has before those of thread t.  Gives, to the
// threads of segment 0, the tile's total of digit threadIdx.x / 16.
__device__ inline int count_tile(const Pass& pass, int before[DIGITS][THREADS + 1]) {
    __shared__ int of_segment[DIGITS][16];
    const int digit = threadIdx.x / 16, segment = threadIdx.x % 16;
    for (int d = 0; d < DIGITS; ++d) before[d][threadIdx.x] = 0;
    for (int64 i = pass.begin(); i < pass.end(); ++i)
        ++before[pass.digit(pass.item(i))][threadIdx.x];
    __syncthreads();
    int sum = 0;
    for (int t = segment * 16; t < segment * 16 + 16; ++t) sum += before[digit][t];
    of_segment[digit][segment] = sum;
    __syncthreads();
    int total = 0, running = 0;
    for (int s = 0; s < 16; ++s) {
        if (s < segment) running += of_segment[digit][s];
        total += of_segment[digit][s];
    }
    for (int t = segment * 16; t < segment * 16 + 16; ++t) {
        const int here = before[digit][t];
        before[digit][t] = running;
        running += here;
    }
    __syncthreads();
    return total;
}

extern "C" __global__ void sort_count(const int64* keys, const int64* order, int64 count,
                                      int64 limit, int shift, int64* totals) {
    __shared__ int before[DIGITS][THREADS + 1];
    const int total = count_tile({keys, order, count, limit, shift}, before);
    if (threadIdx.x % 16 == 0) totals[threadIdx.x / 16 * (int64)gridDim.x + blockIdx.x] = total;
}

// Sums of all entries before each, in place.  One block.
extern "C" __global__ void sort_offsets(int64* totals, int64 entries) {
    __shared__ int64 of_thread[THREADS];
    const int64 length = (entries + THREADS - 1) / THREADS, begin = threadIdx.x * length;
    const int64 end = begin + length < entries ? begin + length : entries;
    int64 sum = 0, running = 0;
    for (int64 i = begin; i < end; ++i) sum += totals[i];
    of_thread[threadIdx.x] = sum;
    __syncthreads();
    for (int t = 0; t < (int)threadIdx.x; ++t) running += of_thread[t];
    for (int64 i = begin; i < end; ++i) {
        const int64 here = totals[i];
        totals[i] = running;
        running += here;
    }
}

extern "C" __global__ void sort_place(const int64* keys, const int64* order, int64 count,
                                      int64 limit, int shift, const int64* totals,
                                      int64* sorted) {
    __shared__ int before[DIGITS][THREADS + 1];
    const Pass pass = {keys, order, count, limit, shift};
    count_tile(pass, before);
    for (int64 i = pass.begin(); i < pass.end(); ++i) {
        const int64 item = pass.item(i);
        const int digit = pass.digit(item);
        sorted[totals[digit * (int64)gridDim.x + blockIdx.x] + before[digit][threadIdx.x]++] = item;
    }
}
