// Philox4x64-10 (Salmon, Moraes, Dror, Shaw: Parallel random numbers, as easy as 1, 2, 3; SC 2011)
// in the layout of numpy.random.Philox.
// Reference: numpy.random.Philox(key=key, counter=c).random_raw; tests/test_random.py compares.
#include "numbers.cuh"

struct Words {
    uint64 word[4];
};

// The four words of the block with this counter.
__device__ inline Words philox(uint64 counter, uint64 key0, uint64 key1) {
    uint64 a = counter, b = 0, c = 0, d = 0;
    for (int round = 0; round < 10; ++round) {
        const uint64 high0 = __umul64hi(0xD2E7470EE14C6C93ull, a), low0 = 0xD2E7470EE14C6C93ull * a;
        const uint64 high1 = __umul64hi(0xCA5A826395121157ull, c), low1 = 0xCA5A826395121157ull * c;
        a = high1 ^ b ^ key0;
        b = low1;
        c = high0 ^ d ^ key1;
        d = low0;
        key0 += 0x9E3779B97F4A7C15ull;
        key1 += 0xBB67AE8584CAA73Bull;
    }
    return {{a, b, c, d}};
}
