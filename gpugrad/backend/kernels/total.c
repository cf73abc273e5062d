// Sums of contiguous numbers, a block at a time, each in eight double accumulators.
enum { BLOCK = 1 << 15 };

typedef struct {
    const void *from;
    double *blocks;  // one sum for each block, so that the result does not depend on threads
    long count;
} Total;

#define SUM(T)                                                                         \
    void gpugrad_total_##T(void *context, long begin, long end) {                      \
        const Total *total = context;                                                  \
        for (long block = begin; block < end; block++) {                               \
            const T *from = (const T *)total->from + block * BLOCK;                    \
            long left = total->count - block * BLOCK, n = left < BLOCK ? left : BLOCK; \
            double sums[8] = {0}, sum = 0;                                             \
            long i = 0;                                                                \
            for (; i + 8 <= n; i += 8)                                                 \
                for (int j = 0; j < 8; j++) sums[j] += from[i + j];                    \
            for (; i < n; i++) sum += from[i];                                         \
            for (int j = 0; j < 8; j++) sum += sums[j];                                \
            total->blocks[block] = sum;                                                \
        }                                                                              \
    }
SUM(float)
SUM(double)
