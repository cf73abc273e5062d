// Many arrays copied by one launch, between places that stay and others.
// copy_in, copy_out: bytes[i] bytes from moving[i] to fixed[i], and back.  Where bytes[i] is
//   negative, moving[i] is no address but holds -bytes[i] bytes itself, which copy_in writes.
// first: the number of the first block of each; a block copies chunk bytes, a multiple of 16.
// Reference: what is copied; tests/test_copies.py compares the bits.
#include "numbers.cuh"

constexpr int CAPACITY = 128;

struct Copies {
    uint64 moving[CAPACITY], fixed[CAPACITY];
    int64 bytes[CAPACITY], chunk;
    int first[CAPACITY], count;
};

struct alignas(16) Pack {
    uint64 low, high;
};

__device__ inline void copy_word(uint64 word, char* to, int64 bytes) {
    if (threadIdx.x < bytes) to[threadIdx.x] = (char)(word >> 8 * threadIdx.x);
}

__device__ inline void copy_bytes(const char* from, char* to, int64 count) {
    const bool aligned = (((uint64)from | (uint64)to) & 15) == 0;
    const int64 packs = aligned ? count / 16 : 0;
    for (int64 i = threadIdx.x; i < packs; i += blockDim.x) ((Pack*)to)[i] = ((const Pack*)from)[i];
    for (int64 i = packs * 16 + threadIdx.x; i < count; i += blockDim.x) to[i] = from[i];
}

__device__ inline void copy(const Copies& all, bool outward) {
    int i = 0;
    while (i + 1 < all.count && all.first[i + 1] <= blockIdx.x) i++;
    const uint64 moving = all.moving[i], fixed = all.fixed[i];
    if (all.bytes[i] < 0) return copy_word(moving, (char*)fixed, -all.bytes[i]);
    const int64 begin = (blockIdx.x - all.first[i]) * all.chunk, left = all.bytes[i] - begin;
    const char* from = (const char*)(outward ? fixed : moving);
    copy_bytes(from + begin, (char*)(outward ? moving : fixed) + begin,
               left < all.chunk ? left : all.chunk);
}

extern "C" __global__ void copy_in(const Copies all) { copy(all, false); }
extern "C" __global__ void copy_out(const Copies all) { copy(all, true); }
