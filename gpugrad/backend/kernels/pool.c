// A pool of threads that sleep between kernels.  Spinning workers (OpenMP's) would take the
// processors from the BLAS that runs in between.
//
// gpugrad_run(body, context, count, chunk, threads) calls body(context, begin, end) over all of
// 0..count, a chunk at a time, on the calling thread and up to threads - 1 workers.  While one
// thread is inside, another caller runs its own work serially; so does a forked child, where
// workers do not exist.
#include <pthread.h>

#define MOST 256

typedef void (*range_body)(void *context, long begin, long end);

static pthread_mutex_t state = PTHREAD_MUTEX_INITIALIZER, running = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t work = PTHREAD_COND_INITIALIZER, finished = PTHREAD_COND_INITIALIZER;
static int workers, wanted, inside, forked;
static range_body job_body;
static void *job_context;
static long job_count, job_chunk, job_next;

static void take_chunks(void) {
    for (;;) {
        long begin = __atomic_fetch_add(&job_next, job_chunk, __ATOMIC_RELAXED);
        if (begin >= job_count) return;
        long end = begin + job_chunk;
        job_body(job_context, begin, end < job_count ? end : job_count);
    }
}

static void *worker(void *unused) {
    pthread_mutex_lock(&state);
    for (;;) {
        while (!wanted) pthread_cond_wait(&work, &state);
        wanted--;
        inside++;
        pthread_mutex_unlock(&state);
        take_chunks();
        pthread_mutex_lock(&state);
        if (!--inside) pthread_cond_signal(&finished);
    }
    return unused;
}

static void grow(int threads) {
    while (workers < threads - 1 && workers < MOST) {
        pthread_t thread;
        if (pthread_create(&thread, 0, worker, 0)) return;  // fewer workers, the same result
        pthread_detach(thread);
        workers++;
    }
}

void gpugrad_run(range_body body, void *context, long count, long chunk, int threads) {
    if (threads <= 1 || count <= chunk || forked || pthread_mutex_trylock(&running)) {
        body(context, 0, count);
        return;
    }
    grow(threads);
    pthread_mutex_lock(&state);
    job_body = body, job_context = context, job_count = count, job_chunk = chunk, job_next = 0;
    wanted = workers < threads - 1 ? workers : threads - 1;
    pthread_cond_broadcast(&work);
    pthread_mutex_unlock(&state);
    take_chunks();
    pthread_mutex_lock(&state);
    wanted = 0;  // a worker that has not woken by now sleeps on
    while (inside) pthread_cond_wait(&finished, &state);
    pthread_mutex_unlock(&state);
    pthread_mutex_unlock(&running);
}

void gpugrad_forked(void) { forked = 1; }
int gpugrad_workers(void) { return forked ? 0 : workers; }
