// What generated device kernels share.
#define GG_INFINITY __int_as_float(0x7f800000)
#define GG_NAN __int_as_float(0x7fffffff)
#define GG_FUNCTION static __device__ inline

GG_FUNCTION float sigmoidf(float x) { return 1.0f / (1.0f + expf(-x)); }
GG_FUNCTION double sigmoid(double x) { return 1.0 / (1.0 + exp(-x)); }

// N elements that are loaded and stored at once.
template <typename T, int N> struct alignas(sizeof(T) * N) Pack { T at[N]; };

template <int N, typename T> GG_FUNCTION Pack<T, N> pack_of(const T* from, long long i) {
    return reinterpret_cast<const Pack<T, N>*>(from)[i];
}
template <int N, typename T> GG_FUNCTION void put(T* to, const Pack<T, N>& pack, long long i) {
    reinterpret_cast<Pack<T, N>*>(to)[i] = pack;
}

// Where the elements of the inputs lie; backend/device/places.py fills it in.  Axes are those of
// the result, the innermost first; those that all inputs walk through as if they were one are one.
constexpr int AXES = 8;
template <int INPUTS> struct Places {
    double number[INPUTS];              // for an input that has no array
    long long count, packs;             // elements of the result; packs that are read at once
    long long stride[INPUTS][AXES], size[AXES];
    unsigned multiplier[AXES], shift[AXES];  // of the division by a size
    int axes, wide;                     // wide: an element's number or place has over 31 bits
};

// Not inlined: it would make up most of every kernel, and few arrays are so large.
static __device__ __attribute__((noinline)) long long quotient(long long a, long long b) {
    return a / b;
}

// The place of one element in every input.
template <int INPUTS>
GG_FUNCTION void locate(long long element, const Places<INPUTS>& places, long long (&at)[INPUTS]) {
    const int outermost = places.axes - 1;
    for (int k = 0; k < INPUTS; k++) at[k] = 0;
    if (places.wide) {
        #pragma unroll 1
        for (int d = 0; d < outermost; d++) {
            const long long rest = quotient(element, places.size[d]);
            const long long index = element - rest * places.size[d];
            for (int k = 0; k < INPUTS; k++) at[k] += index * places.stride[k][d];
            element = rest;
        }
    } else {
        unsigned left = (unsigned)element;
        #pragma unroll 1
        for (int d = 0; d < outermost; d++) {
            const unsigned long long product = (unsigned long long)left * places.multiplier[d];
            const unsigned rest = ((unsigned)(product >> 32) + left) >> places.shift[d];
            const int index = (int)(left - rest * (unsigned)places.size[d]);
            for (int k = 0; k < INPUTS; k++) at[k] += (long long)index * (int)places.stride[k][d];
            left = rest;
        }
        element = left;
    }
    for (int k = 0; k < INPUTS; k++) at[k] += element * places.stride[k][outermost];
}

// An element of input number k, or the number that is given for it.
template <typename T, int INPUTS>
GG_FUNCTION T one(const T* from, long long at, const Places<INPUTS>& places, int k) {
    return from ? from[at] : (T)places.number[k];
}

// N elements of input number k from ``at`` on.
template <int N, typename T, int INPUTS>
GG_FUNCTION Pack<T, N> packed(const T* from, long long at, const Places<INPUTS>& places, int k) {
    const long long step = places.stride[k][0];
    if (from && step == 1) return *reinterpret_cast<const Pack<T, N>*>(from + at);
    Pack<T, N> several;
    for (int j = 0; j < N; j++) several.at[j] = one(from, at + j * step, places, k);
    return several;
}
