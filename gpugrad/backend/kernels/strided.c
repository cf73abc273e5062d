// Runs an elementwise kernel over arrays of any layout.  The kernel sees contiguous blocks: arrays
// that are contiguous are handed over as they are, others are packed into a block on the stack.
//
// words: kernel, settings, number of operands, dimensions, shape..., and for each operand (inputs
// first; outputs are contiguous) address, bytes an element, layout, strides...
#include <string.h>

enum layout { DIRECT, SCALAR, STRIDED };
enum word { KERNEL, SETTINGS, OPERANDS, DIMENSIONS, SHAPE };
enum { ADDRESS, ITEM, LAYOUT, STRIDES };
enum { BLOCK = 1024, MOST_OPERANDS = 24, MOST_DIMENSIONS = 64, WIDEST = 8 };

typedef void (*elementwise)(void *const *at, long n, const double *settings);

#define COPY(T)                                                            \
    for (long i = 0; i < n; i++) ((T *)to)[i] = *(const T *)(from + i * stride);

static void copy(char *to, const char *from, long stride, long n, long item) {
    if (stride == item) {
        memcpy(to, from, n * item);
        return;
    }
    switch (item) {
        case 1: COPY(unsigned char) break;
        case 2: COPY(unsigned short) break;
        case 4: COPY(unsigned) break;
        default: COPY(unsigned long long)
    }
}

// Elements begin .. begin + n of a strided operand, in the order of the output.
static void pack(char *to, const long *operand, const long *shape, int last, long begin, long n) {
    const char *from = (const char *)operand[ADDRESS];
    const long *strides = operand + STRIDES, item = operand[ITEM];
    long index[MOST_DIMENSIONS];
    for (int d = last; d >= 0; begin /= shape[d--]) {
        index[d] = begin % shape[d];
        from += index[d] * strides[d];
    }
    while (n) {
        long run = shape[last] - index[last] < n ? shape[last] - index[last] : n;
        copy(to, from, strides[last], run, item);
        to += run * item, n -= run;
        from += run * strides[last], index[last] += run;
        for (int d = last; d > 0 && index[d] == shape[d]; d--) {
            from += strides[d - 1] - shape[d] * strides[d];
            index[d] = 0, index[d - 1]++;
        }
    }
}

static void run_range(void *context, long begin, long end) {
    const long *words = context, *shape = words + SHAPE;
    int operands = words[OPERANDS], dimensions = words[DIMENSIONS], packed = 0;
    const long *operand[MOST_OPERANDS];
    void *at[MOST_OPERANDS];
    _Alignas(64) char blocks[MOST_OPERANDS][BLOCK * WIDEST];
    for (int k = 0; k < operands; k++) {
        operand[k] = shape + dimensions + k * (STRIDES + dimensions);
        packed |= operand[k][LAYOUT] != DIRECT;
        at[k] = blocks[k];
        if (operand[k][LAYOUT] == SCALAR)
            copy(at[k], (const char *)operand[k][ADDRESS], 0, BLOCK, operand[k][ITEM]);
    }
    long step = packed ? BLOCK : end - begin;
    for (; begin < end; begin += step) {
        long n = step < end - begin ? step : end - begin;
        for (int k = 0; k < operands; k++) {
            if (operand[k][LAYOUT] == DIRECT)
                at[k] = (char *)operand[k][ADDRESS] + begin * operand[k][ITEM];
            else if (operand[k][LAYOUT] == STRIDED)
                pack(at[k], operand[k], shape, dimensions - 1, begin, n);
        }
        ((elementwise)words[KERNEL])(at, n, (const double *)words[SETTINGS]);
    }
}

void gpugrad_elementwise(const long *words, long count, long chunk, int threads) {
    gpugrad_run(run_range, (void *)words, count, chunk, threads);
}
