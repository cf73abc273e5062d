/* The inner loop of a NumPy ufunc around a generated kernel, which wants contiguous elements. */
#include <fenv.h>
#include <stdint.h>
#include <string.h>

enum { MOST = 32, BLOCK = 256, WIDEST = 8 };

typedef struct {
    void (*kernel)(void *const *at, long n, const double *settings);
    long inputs, operands; /* operands: inputs and outputs */
    long itemsizes[MOST];
} Wrapped;

static void copy(char *to, long step, const char *from, long stride, long n, long itemsize) {
    for (long k = 0; k < n; k++) memcpy(to + k * step, from + k * stride, itemsize);
}

/* Elements k .. k + n: what is not contiguous goes through a block on the stack. */
static void run_block(const Wrapped *wrapped, char **arguments, const intptr_t *steps, long k,
                      long n) {
    _Alignas(64) char blocks[MOST][BLOCK * WIDEST];
    void *at[MOST];
    for (long i = 0; i < wrapped->operands; i++) {
        long itemsize = wrapped->itemsizes[i];
        char *here = arguments[i] + k * steps[i];
        at[i] = steps[i] == itemsize ? here : blocks[i];
        if (at[i] != here && i < wrapped->inputs)
            copy(at[i], itemsize, here, steps[i], n, itemsize);
    }
    wrapped->kernel(at, n, 0);
    for (long i = wrapped->inputs; i < wrapped->operands; i++) {
        long itemsize = wrapped->itemsizes[i];
        char *here = arguments[i] + k * steps[i];
        if (at[i] != here) copy(here, steps[i], at[i], itemsize, n, itemsize);
    }
}

void gpugrad_ufunc_loop(char **arguments, const intptr_t *count, const intptr_t *steps,
                        void *data) {
    const Wrapped *wrapped = data;
    int contiguous = 1;
    for (long i = 0; i < wrapped->operands; i++)
        contiguous &= count[0] == 1 || steps[i] == wrapped->itemsizes[i];
    if (contiguous)
        wrapped->kernel((void *const *)arguments, count[0], 0);
    else
        for (long k = 0; k < count[0]; k += BLOCK)
            run_block(wrapped, arguments, steps, k, count[0] - k < BLOCK ? count[0] - k : BLOCK);
    feclearexcept(FE_ALL_EXCEPT); /* NumPy would warn of branches that the kernel does not take */
}
