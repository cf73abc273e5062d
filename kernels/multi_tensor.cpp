// SGD and Adam over a list of tensors on the host; chunks are shared out to threads by the caller.
// The tables and formulas are those of multi_tensor.cu, where they are described.
// Reference: gpugrad/backend/multi_tensor.py without a compiler; tests/test_multi_tensor.py.
#include <cmath>
#define __device__ inline __attribute__((always_inline))
#define EXPORT extern "C" __attribute__((visibility("default")))

typedef long long int64;
__device__ float square_root(float x) { return sqrtf(x); }
__device__ double square_root(double x) { return sqrt(x); }
#include "optimizers.cuh"

struct Job {
    const int64 *fixed, *gradients, *steps;
    int64 tensors, roles, step_stride;
    double rate, settings[5];

    const int64* chunk(long i) const { return fixed + tensors * roles + 3 * i; }
    int64 step(long i) const { return steps[chunk(i)[0] * step_stride]; }
    template <typename W> W* of_role(int role, long i) const {
        return (W*)fixed[tensors * role + chunk(i)[0]];
    }
    template <typename W> const W* gradient(long i) const {
        return (const W*)gradients[chunk(i)[0]];
    }
};

template <typename W> static void sgd(const Job& job, long i) {
    const double* s = job.settings;
    const Sgd<W> rule(job.rate, job.step(i), s[0], s[1], s[2], s[3] != 0);
    const int64 begin = job.chunk(i)[1], end = job.chunk(i)[2];
    W *__restrict p = job.of_role<W>(0, i), *__restrict velocity = job.of_role<W>(1, i);
    const W* __restrict g = job.gradient<W>(i);
    for (int64 k = begin; k < end; ++k) p[k] = rule.stepped(p[k], g[k], velocity[k]);
}

template <typename W> static void descend(const Job& job, long i) {
    const Sgd<W> rule(job.rate, 1, 0, 0, job.settings[2], false);
    const int64 begin = job.chunk(i)[1], end = job.chunk(i)[2];
    W* __restrict p = job.of_role<W>(0, i);
    const W* __restrict g = job.gradient<W>(i);
    for (int64 k = begin; k < end; ++k) p[k] = rule.stepped(p[k], g[k]);
}

template <typename W> static void adam(const Job& job, long i) {
    const double* s = job.settings;
    const Adam<W> rule(job.rate, job.step(i), s[0], s[1], s[2], s[3], s[4] != 0);
    const int64 begin = job.chunk(i)[1], end = job.chunk(i)[2];
    W *__restrict p = job.of_role<W>(0, i), *__restrict mean = job.of_role<W>(1, i),
      *__restrict square = job.of_role<W>(2, i);
    const W* __restrict g = job.gradient<W>(i);
    for (int64 k = begin; k < end; ++k) p[k] = rule.stepped(p[k], g[k], mean[k], square[k]);
}

#define STAMP(T, W)                                                                  \
    EXPORT void sgd_##T(const Job* job, long begin, long end) {                      \
        for (long i = begin; i < end; ++i)                                           \
            job->settings[0] != 0 ? sgd<W>(*job, i) : descend<W>(*job, i);           \
    }                                                                                \
    EXPORT void adam_##T(const Job* job, long begin, long end) {                     \
        for (long i = begin; i < end; ++i) adam<W>(*job, i);                         \
    }
STAMP(float32, float)
STAMP(float64, double)
