// The element types of the kernels and the type that each is computed in.
// Halves are loaded into float, computed there and rounded once on leaving.
#include <cuda_bf16.h>
#include <cuda_fp16.h>

typedef __nv_bfloat16 bfloat16;
typedef __half float16;
typedef float float32;
typedef double float64;
typedef long long int64;
typedef unsigned long long uint64;

template <typename T> struct WideOf { typedef float type; };
template <> struct WideOf<double> { typedef double type; };
template <typename T> using Wide = typename WideOf<T>::type;

// The lowest finite number: what a running maximum starts from (NVRTC has no INFINITY).
template <typename W> struct Lowest;
template <> struct Lowest<float> { static constexpr float value = -3.402823466e+38f; };
template <> struct Lowest<double> { static constexpr double value = -1.7976931348623157e+308; };

__device__ inline float wide(float x) { return x; }
__device__ inline double wide(double x) { return x; }
__device__ inline float wide(float16 x) { return __half2float(x); }
__device__ inline float wide(bfloat16 x) { return __bfloat162float(x); }

template <typename T> __device__ inline T narrow(Wide<T> x) { return x; }
template <> __device__ inline float16 narrow<float16>(float x) { return __float2half_rn(x); }
template <> __device__ inline bfloat16 narrow<bfloat16>(float x) { return __float2bfloat16_rn(x); }

__device__ inline float exponential(float x) { return expf(x); }
__device__ inline double exponential(double x) { return exp(x); }
__device__ inline float logarithm(float x) { return logf(x); }
__device__ inline double logarithm(double x) { return log(x); }
__device__ inline float square_root(float x) { return sqrtf(x); }
__device__ inline double square_root(double x) { return sqrt(x); }

// The logarithm of -1: NVRTC has no NAN.
template <typename W> __device__ inline W not_a_number() { return logarithm(W(-1)); }

// Products and sums rounded one by one, never contracted to a fused multiply-add: where a result
// must have the bits that NumPy gives it.
__device__ inline float times(float a, float b) { return __fmul_rn(a, b); }
__device__ inline double times(double a, double b) { return __dmul_rn(a, b); }
__device__ inline float plus(float a, float b) { return __fadd_rn(a, b); }
__device__ inline double plus(double a, double b) { return __dadd_rn(a, b); }
