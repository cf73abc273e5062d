// Runs a list of native steps one after another: kernels over rows, products of matrices, copies.
//
// Every array is a place: its number in the table ``at``, and the bytes from there.  A program is
// words, as long as pointers; each step begins with its kind and its number of words.
#include <stdint.h>

enum step { A_KERNEL, A_PRODUCT, A_COPY };
enum { MOST_PLACES = 96, ROW_MAJOR = 101, AS_IT_IS = 111, TRANSPOSED = 112 };

typedef struct { long array, bytes; } Place;

static char *at_place(char *const *at, Place place) { return at[place.array] + place.bytes; }

// --- kernels over rows

typedef void (*over_rows)(void *const *at, long begin, long end);

typedef struct {
    over_rows function;
    long rows, chunk, operands, totals;
    Place places[];  // of operands; then Totals
} Kernel;

typedef struct {
    Place result;
    long count, item;
    Place sums;  // of every chunk of rows, if there are several
} Total;

typedef struct {
    const Kernel *kernel;
    const Total *totals;
    void *at[MOST_PLACES];
} Call;

static void run_rows(void *context, long begin, long end) {
    const Call *call = context;
    const Kernel *kernel = call->kernel;
    void *at[MOST_PLACES];
    memcpy(at, call->at, (kernel->operands + kernel->totals) * sizeof *at);
    for (; begin < end; begin += kernel->chunk) {
        for (long i = 0; i < kernel->totals; i++)
            at[kernel->operands + i] = (char *)call->at[kernel->operands + i] +
                begin / kernel->chunk * call->totals[i].count * call->totals[i].item;
        long next = begin + kernel->chunk;
        kernel->function(at, begin, next < end ? next : end);
    }
}

#define ADD_UP(T)                                                                       \
    for (long i = 0; i < total->count; i++) {                                           \
        double sum = 0;                                                                 \
        for (long k = 0; k < chunks; k++) sum += ((const T *)from)[k * total->count + i]; \
        ((T *)to)[i] = sum;                                                             \
    }

static void add_up(char *to, const char *from, const Total *total, long chunks) {
    if (total->item == 4) ADD_UP(float)
    else ADD_UP(double)
}

static void run_kernel(const Kernel *kernel, char *const *at, int threads) {
    const Total *totals = (const Total *)(kernel->places + kernel->operands);
    Call call = {kernel, totals};
    long chunks = (kernel->rows + kernel->chunk - 1) / kernel->chunk;
    for (long i = 0; i < kernel->operands; i++) call.at[i] = at_place(at, kernel->places[i]);
    for (long i = 0; i < kernel->totals; i++)
        call.at[kernel->operands + i] =
            at_place(at, chunks > 1 ? totals[i].sums : totals[i].result);
    gpugrad_run(run_rows, &call, kernel->rows, kernel->chunk, threads);
    for (long i = 0; chunks > 1 && i < kernel->totals; i++)
        add_up(at_place(at, totals[i].result), at_place(at, totals[i].sums), totals + i, chunks);
}

// --- products of matrices, by the BLAS

typedef struct {
    void *function;
    long item, wide, turned_a, turned_b;  // bytes of an element; whether integers have 64 bits
    long m, n, k, lda, ldb, ldc;
    Place a, b, c;
    long axes;
    struct { long count, a, b, c; } batches[];  // the bytes from one matrix to the next
} Product;

#define GEMM(T, I)                                                                             \
    ((void (*)(int, int, int, I, I, I, T, const void *, I, const void *, I, T, void *, I))     \
         p->function)(ROW_MAJOR, p->turned_a ? TRANSPOSED : AS_IT_IS,                          \
                      p->turned_b ? TRANSPOSED : AS_IT_IS, p->m, p->n, p->k, 1, a, p->lda, b,  \
                      p->ldb, 0, c, p->ldc)

static void multiply(const Product *p, const char *a, const char *b, char *c, long axis) {
    if (axis < p->axes) {
        for (long i = 0; i < p->batches[axis].count; i++)
            multiply(p, a + i * p->batches[axis].a, b + i * p->batches[axis].b,
                     c + i * p->batches[axis].c, axis + 1);
    } else if (p->item == 4) {
        if (p->wide) GEMM(float, int64_t);
        else GEMM(float, int);
    } else {
        if (p->wide) GEMM(double, int64_t);
        else GEMM(double, int);
    }
}

// --- copies to where the elements lie one after another

typedef struct {
    long item;
    Place from, to;
    long axes;
    long lengths[];  // then, along each axis, the bytes from one element to the next
} Copied;

static char *copy_axis(char *to, const char *from, const long *lengths, const long *steps,
                       long axes, long item) {
    long inner = axes ? lengths[0] : 1;
    if (axes <= 1) {
        copy(to, from, axes ? steps[0] : item, inner, item);
        return to + inner * item;
    }
    for (long i = 0; i < inner; i++)
        to = copy_axis(to, from + i * steps[0], lengths + 1, steps + 1, axes - 1, item);
    return to;
}

void gpugrad_plan(const long *words, const long *end, char *const *at, int threads) {
    for (; words < end; words += words[1]) {
        const void *own = words + 2;
        const Product *p = own;
        const Copied *c = own;
        switch ((enum step)words[0]) {
            case A_KERNEL: run_kernel(own, at, threads); break;
            case A_PRODUCT:
                multiply(p, at_place(at, p->a), at_place(at, p->b), at_place(at, p->c), 0);
                break;
            case A_COPY:
                copy_axis(at_place(at, c->to), at_place(at, c->from), c->lengths,
                          c->lengths + c->axes, c->axes, c->item);
        }
    }
}
