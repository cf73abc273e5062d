// SGD and Adam over a list of tensors in one launch: a block per chunk of a tensor.
// fixed: int64, in this order: addresses of the parameters, addresses of each kind of state,
//   then (tensor, begin, end) of every chunk.  gradients: addresses.  tensors: how many there are.
// rate: the learning rate, and steps: the number of this step, from 1 on; one of them per tensor,
//   or (step_stride 0) one for all.  Both in device memory, so that a replayed launch reads anew.
// Parameters and gradients are T; state is float (float64 for float64).  Written in place.
// Reference: kernels/multi_tensor.cpp and, for both, torch.optim's formulas in
// tests/test_multi_tensor.py.
#include "numbers.cuh"
#include "optimizers.cuh"

struct Lists {
    const int64 *fixed, *gradients;
    int64 tensors, roles;

    __device__ int64 chunk(int which) const {
        return fixed[tensors * roles + 3 * blockIdx.x + which];
    }
    template <typename T> __device__ T* of_role(int role) const {
        return (T*)fixed[tensors * role + chunk(0)];
    }
    template <typename T> __device__ const T* gradient() const {
        return (const T*)gradients[chunk(0)];
    }
};

template <typename T> __device__ void descend(Lists lists, Sgd<Wide<T>> rule) {
    T* p = lists.of_role<T>(0);
    const T* g = lists.gradient<T>();
    const int64 end = lists.chunk(2);
    for (int64 i = lists.chunk(1) + threadIdx.x; i < end; i += blockDim.x)
        p[i] = narrow<T>(rule.stepped(wide(p[i]), wide(g[i])));
}

template <typename T> __device__ void sgd(Lists lists, Sgd<Wide<T>> rule) {
    T* p = lists.of_role<T>(0);
    Wide<T>* velocity = lists.of_role<Wide<T>>(1);
    const T* g = lists.gradient<T>();
    const int64 end = lists.chunk(2);
    for (int64 i = lists.chunk(1) + threadIdx.x; i < end; i += blockDim.x)
        p[i] = narrow<T>(rule.stepped(wide(p[i]), wide(g[i]), velocity[i]));
}

template <typename T> __device__ void adam(Lists lists, Adam<Wide<T>> rule) {
    T* p = lists.of_role<T>(0);
    Wide<T>*mean = lists.of_role<Wide<T>>(1), *square = lists.of_role<Wide<T>>(2);
    const T* g = lists.gradient<T>();
    const int64 end = lists.chunk(2);
    for (int64 i = lists.chunk(1) + threadIdx.x; i < end; i += blockDim.x)
        p[i] = narrow<T>(rule.stepped(wide(p[i]), wide(g[i]), mean[i], square[i]));
}

#define STAMP(T)                                                                                  \
    extern "C" __global__ void sgd_##T(                                                           \
        const int64* fixed, const int64* gradients, int64 tensors, const double* rate,            \
        const int64* steps, int64 step_stride, double momentum, double dampening,                 \
        double weight_decay, int64 nesterov) {                                                    \
        const Lists lists = {fixed, gradients, tensors, momentum != 0 ? 2 : 1};                   \
        const int64 step = steps[lists.chunk(0) * step_stride];                                   \
        const Sgd<Wide<T>> rule(*rate, step, momentum, dampening, weight_decay, nesterov != 0);   \
        if (momentum != 0) sgd<T>(lists, rule);                                                   \
        else descend<T>(lists, rule);                                                             \
    }                                                                                             \
    extern "C" __global__ void adam_##T(                                                          \
        const int64* fixed, const int64* gradients, int64 tensors, const double* rate,            \
        const int64* steps, int64 step_stride, double beta1, double beta2, double epsilon,        \
        double weight_decay, int64 decoupled) {                                                   \
        const Lists lists = {fixed, gradients, tensors, 3};                                       \
        const int64 step = steps[lists.chunk(0) * step_stride];                                   \
        adam<T>(lists, Adam<Wide<T>>(*rate, step, beta1, beta2, epsilon, weight_decay,            \
                                     decoupled != 0));                                            \
    }
STAMP(float16)
STAMP(bfloat16)
STAMP(float32)
STAMP(float64)
