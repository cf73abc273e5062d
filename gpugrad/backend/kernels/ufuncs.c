/* The inner loop of a NumPy ufunc around a generated kernel, which wants contiguous elements. */
#include <stdint.h>

typedef struct {
    void (*kernel)(void *const *at, long n, const double *settings);
    long operands; /* inputs and the output */
    long itemsize;
} Wrapped;

void gpugrad_ufunc_loop(char **arguments, const intptr_t *count, const intptr_t *steps,
                        void *data) {
    const Wrapped *wrapped = data;
    int contiguous = 1;
    for (long i = 0; i < wrapped->operands; i++)
        contiguous &= steps[i] == wrapped->itemsize;
    if (contiguous) {
        wrapped->kernel((void *const *)arguments, count[0], 0);
        return;
    }
    void *at[8];
    for (intptr_t k = 0; k < count[0]; k++) {
        for (long i = 0; i < wrapped->operands; i++) at[i] = arguments[i] + k * steps[i];
        wrapped->kernel(at, 1, 0);
    }
}
