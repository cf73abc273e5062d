// What generated device kernels share.
#define GG_INFINITY __int_as_float(0x7f800000)
#define GG_NAN __int_as_float(0x7fffffff)
#define GG_FUNCTION static __device__ inline

GG_FUNCTION float sigmoidf(float x) { return 1.0f / (1.0f + expf(-x)); }
GG_FUNCTION double sigmoid(double x) { return 1.0 / (1.0 + exp(-x)); }

// N elements that are loaded and stored at once.
template <typename T, int N> struct alignas(sizeof(T) * N) Pack { T at[N]; };

// Elements N*i .. N*i + N - 1, or one element N times.
template <int N, typename T> GG_FUNCTION Pack<T, N> packed(const T* from, long long i, bool one) {
    if (!one) return reinterpret_cast<const Pack<T, N>*>(from)[i];
    Pack<T, N> same;
    for (int j = 0; j < N; j++) same.at[j] = *from;
    return same;
}
template <int N, typename T> GG_FUNCTION void put(T* to, const Pack<T, N>& pack, long long i) {
    reinterpret_cast<Pack<T, N>*>(to)[i] = pack;
}

// How elements lie: null layout: one after another; else the result's shape, then a row of strides
// for each input.  A bit of ``repeated`` is set for an input that is one element for all.
struct Places {
    unsigned repeated;
    const long long* layout;
    int dimensions;
};

// Not inlined: its divisions would make up most of every kernel.
static __device__ __attribute__((noinline)) long long place(
    long long i, const Places& places, int input
) {
    if (places.repeated >> input & 1) return 0;
    if (!places.layout) return i;
    const long long* strides = places.layout + places.dimensions * (input + 1);
    long long at = 0;
    for (int d = places.dimensions - 1; d >= 0; i /= places.layout[d--])
        at += i % places.layout[d] * strides[d];
    return at;
}
