// Random numbers from Philox4x64-10.  One thread per block of four words.
// state: (key0, key1, counter), in device memory so that a replayed launch draws new numbers;
// first: blocks drawn since that counter was written.  Element i comes from word i of the blocks
// after counter + first; float32 and halves and masks take 32 bits each, low half first.
// Reference: gpugrad/backend/host/random.py; tests/test_random_device.py compares the two: the same
// bits for words, uniforms, integers and masks; normals within 4 units in the last place, those of
// float64 within 8.
#include "philox.cuh"

#define FOR_EACH_BLOCK(per_block)                                                              \
    const int64 blocks = (count + (per_block) - 1) / (per_block);                               \
    for (int64 block = blockIdx.x * (int64)blockDim.x + threadIdx.x; block < blocks;            \
         block += (int64)gridDim.x * blockDim.x)

__device__ inline Words words_of(const uint64* state, uint64 first, int64 block) {
    return philox(state[2] + first + (uint64)block + 1, state[0], state[1]);
}

__device__ inline unsigned int half_word(const Words& words, int i) {
    return (unsigned int)(words.word[i / 2] >> (32 * (i % 2)));
}

// How many draws of T a block gives, and the draw: uniform in [0, 1), and exact in (0, 1) for the
// quantile function, which both 0 and 1 would send to infinity.
template <typename T> struct Draw {
    static constexpr int per_block = 8;
    static __device__ float unit(const Words& words, int i) {
        return (half_word(words, i) >> 8) * (1.0f / 16777216.0f);
    }
    static __device__ double open(const Words& words, int i) {
        return (half_word(words, i) + 0.5) * (1.0 / 4294967296.0);
    }
};
template <> struct Draw<double> {
    static constexpr int per_block = 4;
    static __device__ double unit(const Words& words, int i) {
        return (words.word[i] >> 11) * (1.0 / 9007199254740992.0);
    }
    static __device__ double open(const Words& words, int i) {
        return ((words.word[i] >> 12) + 0.5) * (1.0 / 4503599627370496.0);
    }
};

// Quotient of two polynomials of degree 7, lowest coefficient first.
__device__ inline double rational(const double* above, const double* below, double x) {
    double numerator = above[7], denominator = below[7];
    for (int i = 6; i >= 0; --i) {
        numerator = plus(times(numerator, x), above[i]);
        denominator = plus(times(denominator, x), below[i]);
    }
    return numerator / denominator;
}

// Quantiles of the normal distribution: Wichura, algorithm AS 241, Applied Statistics 37 (1988).
__device__ inline double quantile(double p) {
    const double centre[2][8] = {
        {3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
         1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
         3.3430575583588128105e4, 2.5090809287301226727e3},
        {1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
         2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4,
         5.2264952788528545610e3}};
    const double near[2][8] = {
        {1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
         3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
         2.27238449892691845833e-2, 7.74545014278341407640e-4},
        {1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
         1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
         1.05075007164441684324e-9}};
    const double far[2][8] = {
        {6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
         2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
         2.71155556874348757815e-5, 2.01033439929228813265e-7},
        {1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
         7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
         2.04426310338993978564e-15}};
    const double q = p - 0.5;
    if (fabs(q) <= 0.425)
        return times(q, rational(centre[0], centre[1], plus(0.180625, -times(q, q))));
    const double r = sqrt(-log(q < 0 ? p : 1 - p));
    const double z = r <= 5 ? rational(near[0], near[1], r - 1.6) : rational(far[0], far[1], r - 5);
    return q < 0 ? -z : z;
}

template <typename T>
__device__ void uniform(const uint64* state, uint64 first, T* y, int64 count, Wide<T> low,
                        Wide<T> width) {
    FOR_EACH_BLOCK(Draw<T>::per_block) {
        const Words words = words_of(state, first, block);
        const int64 start = block * Draw<T>::per_block;
        for (int i = 0; i < Draw<T>::per_block && start + i < count; ++i)
            y[start + i] = narrow<T>(plus(low, times(width, Draw<T>::unit(words, i))));
    }
}

// Computed in double and rounded once: float32 and halves then hardly ever differ between devices.
template <typename T>
__device__ void normal(const uint64* state, uint64 first, T* y, int64 count, double mean,
                       double deviation) {
    FOR_EACH_BLOCK(Draw<T>::per_block) {
        const Words words = words_of(state, first, block);
        const int64 start = block * Draw<T>::per_block;
        for (int i = 0; i < Draw<T>::per_block && start + i < count; ++i) {
            const double z = quantile(Draw<T>::open(words, i));
            y[start + i] = narrow<T>((Wide<T>)plus(mean, times(deviation, z)));
        }
    }
}

#define STAMP(T)                                                                                 \
    extern "C" __global__ void uniform_##T(const uint64* state, uint64 first, T* y, int64 count, \
                                           Wide<T> low, Wide<T> width) {                         \
        uniform<T>(state, first, y, count, low, width);                                          \
    }                                                                                            \
    extern "C" __global__ void normal_##T(const uint64* state, uint64 first, T* y, int64 count,  \
                                          double mean, double deviation) {                       \
        normal<T>(state, first, y, count, mean, deviation);                                      \
    }
STAMP(float16)
STAMP(bfloat16)
STAMP(float32)
STAMP(float64)

extern "C" __global__ void words_uint64(const uint64* state, uint64 first, uint64* y, int64 count) {
    FOR_EACH_BLOCK(4) {
        const Words words = words_of(state, first, block);
        for (int i = 0; i < 4 && block * 4 + i < count; ++i) y[block * 4 + i] = words.word[i];
    }
}

// low + floor(word * range / 2**64); a range of 0 stands for 2**64.
extern "C" __global__ void integers_int64(const uint64* state, uint64 first, int64* y, int64 count,
                                          int64 low, uint64 range) {
    FOR_EACH_BLOCK(4) {
        const Words words = words_of(state, first, block);
        for (int i = 0; i < 4 && block * 4 + i < count; ++i) {
            const uint64 step = range ? __umul64hi(words.word[i], range) : words.word[i];
            y[block * 4 + i] = (int64)((uint64)low + step);
        }
    }
}

// True where 32 random bits are below the threshold, which is probability * 2**32.
extern "C" __global__ void bernoulli_bool(const uint64* state, uint64 first, bool* y, int64 count,
                                          uint64 threshold) {
    FOR_EACH_BLOCK(8) {
        const Words words = words_of(state, first, block);
        for (int i = 0; i < 8 && block * 8 + i < count; ++i)
            y[block * 8 + i] = half_word(words, i) < threshold;
    }
}
