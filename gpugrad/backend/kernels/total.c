// Sums of contiguous numbers: every block in double precision, in short runs of eight accumulators
// each, so that rounding errors stay as small as in a sum by pairs.
enum { BLOCK = 1 << 15, RUN = 256 };

typedef struct {
    const void *from;
    double *blocks;  // one sum for each block, so that the result does not depend on threads
    long count;
} Total;

#define SUM(T)                                                                         \
    static double run_##T(const T *from, long n) {                                     \
        double sums[8] = {0}, sum = 0;                                                 \
        long i = 0;                                                                    \
        for (; i + 8 <= n; i += 8)                                                     \
            for (int j = 0; j < 8; j++) sums[j] += from[i + j];                        \
        for (; i < n; i++) sum += from[i];                                             \
        return sum + ((sums[0] + sums[1]) + (sums[2] + sums[3])) +                     \
               ((sums[4] + sums[5]) + (sums[6] + sums[7]));                            \
    }                                                                                  \
    void gpugrad_total_##T(void *context, long begin, long end) {                      \
        const Total *total = context;                                                  \
        for (long block = begin; block < end; block++) {                               \
            const T *from = (const T *)total->from + block * BLOCK;                    \
            long left = total->count - block * BLOCK, n = left < BLOCK ? left : BLOCK; \
            double sum = 0;                                                            \
            for (long i = 0; i < n; i += RUN)                                          \
                sum += run_##T(from + i, n - i < RUN ? n - i : RUN);                   \
            total->blocks[block] = sum;                                                \
        }                                                                              \
    }
SUM(float)
SUM(double)
