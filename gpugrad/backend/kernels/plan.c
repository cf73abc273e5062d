// Runs a list of native steps one after another: kernels over rows, products of matrices, copies.
//
// Every array is a place: its number in the table ``at``, and the bytes from there.  A program is
// words, as long as pointers; each step begins with its kind and its number of words.
#include <stdint.h>

enum step { A_KERNEL, A_PRODUCT, A_COPY, IN_BLOCKS };
enum { MOST_PLACES = 96, WORTH_A_THREAD = 1 << 21 };         // operations of a product
enum { ROW_MAJOR = 101, AS_IT_IS = 111, TRANSPOSED = 112 };  // the BLAS's words

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

// One chunk of rows, which has sums of its own.
static void run_chunk(const Call *call, long begin, long end) {
    const Kernel *kernel = call->kernel;
    void *at[MOST_PLACES];
    memcpy(at, call->at, (kernel->operands + kernel->totals) * sizeof *at);
    for (long i = 0; i < kernel->totals; i++)
        at[kernel->operands + i] = (char *)call->at[kernel->operands + i] +
            begin / kernel->chunk * call->totals[i].count * call->totals[i].item;
    kernel->function(at, begin, begin + kernel->chunk < end ? begin + kernel->chunk : end);
}

static void run_rows(void *context, long begin, long end) {
    const Call *call = context;
    for (; begin < end; begin += call->kernel->chunk) run_chunk(call, begin, end);
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

static long chunks_of(const Kernel *kernel) {
    return (kernel->rows + kernel->chunk - 1) / kernel->chunk;
}

static Call call_of(const Kernel *kernel, char *const *at) {
    Call call = {kernel, (const Total *)(kernel->places + kernel->operands)};
    int several = chunks_of(kernel) > 1;
    for (long i = 0; i < kernel->operands; i++) call.at[i] = at_place(at, kernel->places[i]);
    for (long i = 0; i < kernel->totals; i++)
        call.at[kernel->operands + i] =
            at_place(at, several ? call.totals[i].sums : call.totals[i].result);
    return call;
}

static void add_chunks(const Call *call, char *const *at) {
    long chunks = chunks_of(call->kernel);
    for (long i = 0; chunks > 1 && i < call->kernel->totals; i++) {
        const Total *total = call->totals + i;
        add_up(at_place(at, total->result), at_place(at, total->sums), total, chunks);
    }
}

static void run_kernel(const Kernel *kernel, char *const *at, int threads) {
    Call call = call_of(kernel, at);
    gpugrad_run(run_rows, &call, kernel->rows, kernel->chunk, threads);
    add_chunks(&call, at);
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
                      p->turned_b ? TRANSPOSED : AS_IT_IS, rows, p->n, p->k, 1, a, p->lda, b,  \
                      p->ldb, 0, c, p->ldc)

// Rows of a product.
static void multiply(const Product *p, const char *a, const char *b, char *c, long begin,
                     long rows) {
    a += begin * (p->turned_a ? 1 : p->lda) * p->item;
    c += begin * p->ldc * p->item;
    if (p->item == 4) {
        if (p->wide) GEMM(float, int64_t);
        else GEMM(float, int);
    } else {
        if (p->wide) GEMM(double, int64_t);
        else GEMM(double, int);
    }
}

typedef struct {
    const Product *product;
    char *const *at;
} Multiplied;

// Rows begin .. end of all matrices, counted through.
static void multiply_rows(void *context, long begin, long end) {
    const Multiplied *call = context;
    const Product *p = call->product;
    while (begin < end) {
        long matrix = begin / p->m, row = begin % p->m, left = matrix;
        long rows = p->m - row < end - begin ? p->m - row : end - begin;
        const char *a = at_place(call->at, p->a), *b = at_place(call->at, p->b);
        char *c = at_place(call->at, p->c);
        for (long axis = p->axes - 1; axis >= 0; left /= p->batches[axis--].count) {
            long i = left % p->batches[axis].count;
            a += i * p->batches[axis].a, b += i * p->batches[axis].b, c += i * p->batches[axis].c;
        }
        multiply(p, a, b, c, row, rows);
        begin += rows;
    }
}

static void run_product(const Product *p, char *const *at, int threads) {
    Multiplied call = {p, at};
    long rows = p->m, whole = 1;
    for (long axis = 0; axis < p->axes; axis++) whole *= p->batches[axis].count;
    rows *= whole;
    double work = 2.0 * rows * p->n * p->k;
    long chunk = work < WORTH_A_THREAD ? rows : (rows + threads - 1) / threads;
    if (whole >= threads) chunk = (chunk + p->m - 1) / p->m * p->m;
    gpugrad_run(multiply_rows, &call, rows, chunk, threads);
}

// --- a product and the kernel that reads it, by blocks of rows, which stay in the cache

typedef struct {
    const Multiplied *product;
    const Call *call;
    long rows;  // of the kernel for each of the product's
} Block;

static void run_block(void *context, long begin, long end) {
    const Block *block = context;
    long chunk = block->call->kernel->chunk / block->rows;
    for (; begin < end; begin += chunk) {
        long next = begin + chunk < end ? begin + chunk : end;
        multiply_rows((void *)block->product, begin, next);
        run_chunk(block->call, begin * block->rows, next * block->rows);
    }
}

typedef struct {
    long rows, words;  // of the product's, which the kernel follows
    long product[];
} Blocks;

static void run_blocks(const Blocks *blocks, char *const *at, int threads) {
    Multiplied product = {(const Product *)blocks->product, at};
    const Kernel *kernel = (const Kernel *)(blocks->product + blocks->words);
    Call call = call_of(kernel, at);
    Block block = {&product, &call, blocks->rows};
    gpugrad_run(run_block, &block, product.product->m, kernel->chunk / blocks->rows, threads);
    add_chunks(&call, at);
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

// --- who owns the threads: the pool, whose threads each call the BLAS; its own workers, which spin
// after a product, would take the processors from the kernels that follow

static void (*set_blas_threads)(int);
static int (*blas_threads)(void);
static pthread_mutex_t owning = PTHREAD_MUTEX_INITIALIZER;
static int plans, threads_before;

void gpugrad_use_blas(void (*set)(int), int (*get)(void)) {
    set_blas_threads = set, blas_threads = get;
}

static void own_threads(int running) {
    pthread_mutex_lock(&owning);
    if (running && !plans++) {
        threads_before = blas_threads();
        set_blas_threads(1);
    } else if (!running && !--plans) {
        set_blas_threads(threads_before);
    }
    pthread_mutex_unlock(&owning);
}

static void run_steps(const long *words, const long *end, char *const *at, int threads,
                      int owns) {
    for (; words < end; words += words[1]) {
        const void *own = words + 2;
        const Copied *c = own;
        switch ((enum step)words[0]) {
            case A_KERNEL: run_kernel(own, at, threads); break;
            case A_PRODUCT: run_product(own, at, owns ? threads : 1); break;
            case IN_BLOCKS: run_blocks(own, at, owns ? threads : 1); break;
            case A_COPY:
                copy_axis(at_place(at, c->to), at_place(at, c->from), c->lengths,
                          c->lengths + c->axes, c->axes, c->item);
        }
    }
}

void gpugrad_plan(const long *words, const long *end, char *const *at, int threads) {
    int owns = threads > 1 && set_blas_threads;
    if (owns) own_threads(1);
    run_steps(words, end, at, threads, owns);
    if (owns) own_threads(0);
}
