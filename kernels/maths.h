// Host maths, in C and C++: float functions without branches or tables, which the compiler
// turns into vector code.  NaN, infinity and denormal numbers come out as from the C library;
// errors are below 2 units in the last place (tests/test_lowering_maths.py).
#define GG_INFINITY __builtin_huge_val()
#define GG_NAN __builtin_nan("")

// Always inline: a kernel that calls a plain function is no vector code.
#define GG_INLINE static inline __attribute__((always_inline))

typedef union { float f; int i; } gg_word;

GG_INLINE float gg_float(int bits) { gg_word w; w.i = bits; return w.f; }
static inline int gg_bits(float x) { gg_word w; w.f = x; return w.i; }

// Bounds live in variables: with constants, GCC spends two instructions on a minimum.
float gg_least = -104.0f, gg_most = 89.0f, gg_normal = -87.0f, gg_twenty = 20.0f;

GG_INLINE float gg_at_least(float x, float low) { return x < low ? low : x; }  // NaN stays
GG_INLINE float gg_at_most(float x, float high) { return x > high ? high : x; }

// e**r - 1 for |r| <= 0.35, to 1.4e-8 of r; paired terms keep the chain of products short
GG_INLINE float gg_small_expm1f(float r) {
    float s = r * r;
    float low = 0.166665381f * r + 0.500000007f, high = 8.36723929e-3f * r + 4.16662668e-2f;
    return ((1.39475823e-3f * s + high) * s + low) * s + r;
}

// x = n log 2 + r; adding 1.5 * 2**23 leaves the rounded n in the low bits
#define GG_REDUCE(x)                               \
    float shifted = x * 1.44269504f + 12582912.0f; \
    int n = gg_bits(shifted) - 0x4B400000;         \
    float whole = shifted - 12582912.0f;           \
    float r = (x - whole * 0.693359375f) + whole * 2.12194440e-4f;

GG_INLINE float gg_expf(float x) {
    float c = gg_at_most(gg_at_least(x, gg_least), gg_most);
    GG_REDUCE(c)
    int half = n >> 1;  // two factors: the result may be denormal, or 2**128 times less than 1
    float y = (gg_small_expm1f(r) + 1.0f) * gg_float((half + 127) << 23);
    return y * gg_float((n - half + 127) << 23);
}

GG_INLINE float gg_expm1f(float x) {
    float c = gg_at_most(gg_at_least(x, -25.0f), gg_most);
    GG_REDUCE(c)
    int half = n >> 1;
    float a = gg_float((half + 127) << 23), b = gg_float((n - half + 127) << 23);
    float p = gg_small_expm1f(r), scale = a * b;
    float y = p * scale + (scale - 1.0f);
    y = n > 127 ? (p + 1.0f) * a * b : y;  // 2**128 itself is no float
    return x == 0 ? x : y;
}

GG_INLINE float gg_tanhf(float x) {
    float c = gg_at_most(2.0f * __builtin_fabsf(x), gg_twenty);
    GG_REDUCE(c)
    float scale = gg_float((n + 127) << 23);
    float e = gg_small_expm1f(r) * scale + (scale - 1.0f);
    return __builtin_copysignf(e / (e + 2.0f), x);
}

GG_INLINE float gg_sigmoidf(float x) {
    float c = gg_at_most(gg_at_least(-x, gg_normal), gg_most);
    GG_REDUCE(c)
    float scale = gg_float((n + 127) << 23);  // infinity from 88.4 on: the result is then 0
    return 1.0f / ((gg_small_expm1f(r) + 1.0f) * scale + 1.0f);
}

// log(1 + f) for f in [-0.3, 0.42], to 6e-9 of f
GG_INLINE float gg_small_log1pf(float f) {
    float s = f * f, q = s * s;
    float a = -0.250008211f * f + 0.333333317f, b = -0.166233565f * f + 0.200012267f;
    float c = -0.131601951f * f + 0.142017625f, d = -7.63442991e-2f * f + 0.127615504f;
    float p = (d * s + c) * q + (b * s + a);
    return f + (s * f * p - 0.5f * s);
}

#define GG_ROOT_HALF 0x3F3504F3  // bits of sqrt(1/2)

GG_INLINE float gg_logf(float x) {
    float tiny = x < 1.17549435e-38f ? 8388608.0f : 1.0f;
    float z = x * tiny;
    int k = (gg_bits(z) - GG_ROOT_HALF) >> 23;
    float f = gg_float(gg_bits(z) - (k << 23)) - 1.0f;
    float n = (float)k - (tiny > 1.0f ? 23.0f : 0.0f);
    float y = gg_small_log1pf(f) + n * -2.12194440e-4f + n * 0.693359375f;
    float outside = x == 0 ? -(float)GG_INFINITY : (float)GG_NAN;
    y = x < (float)GG_INFINITY ? y : x;  // infinity and NaN as they are
    return x > 0 ? y : outside;
}

GG_INLINE float gg_log1pf(float x) {
    float z = 1.0f + x;
    int k = (gg_bits(z) - GG_ROOT_HALF) >> 23;
    int half = k >> 1;
    float a = gg_float((127 - half) << 23), b = gg_float((127 - k + half) << 23);
    float f = x * a * b + (a * b - 1.0f);  // (1 + x) / 2**k - 1, rounded once
    float n = (float)k;
    float y = gg_small_log1pf(f) + n * -2.12194440e-4f + n * 0.693359375f;
    float outside = x == -1.0f ? -(float)GG_INFINITY : (float)GG_NAN;
    y = x < (float)GG_INFINITY ? y : x;
    return x > -1.0f ? y : outside;
}

GG_INLINE double sigmoid(double x) { return 1 / (1 + exp(-x)); }

// For kernels with many calls: inlining a hundred of them takes the compiler seconds.
#define GG_CALLED(f) GG_APART float gg_called_##f(float x) { return gg_##f(x); }
GG_CALLED(expf) GG_CALLED(expm1f) GG_CALLED(logf) GG_CALLED(log1pf)
GG_CALLED(tanhf) GG_CALLED(sigmoidf)

GG_INLINE float gg_from_bf16(unsigned short x) { return gg_float((int)x << 16); }

GG_INLINE unsigned short gg_to_bf16(float x) {
    unsigned bits = (unsigned)gg_bits(x);
    unsigned rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;  // to nearest, ties to even
    return x != x ? (bits >> 16) | 0x40 : rounded;
}

GG_INLINE float gg_from_f16(unsigned short x) {
    float y = gg_float((x & 0x7FFF) << 13) * gg_float(0x77800000);  // 2**112 moves the exponent
    int bits = gg_bits(y);
    bits = (x & 0x7C00) == 0x7C00 ? bits | 0x7F800000 : bits;
    return gg_float(bits | (x & 0x8000) << 16);
}

GG_INLINE unsigned short gg_to_f16(float x) {
    unsigned bits = (unsigned)gg_bits(x) & 0x7FFFFFFF, sign = (unsigned)gg_bits(x) >> 16 & 0x8000;
    unsigned normal = (bits - 0x38000000 + 0xFFF + ((bits >> 13) & 1)) >> 13;
    // adding one half lines the denormal's last bit up with the float's
    unsigned tiny = (unsigned)gg_bits(gg_float((int)bits) + 0.5f) - 0x3F000000;
    unsigned y = bits < 0x38800000 ? tiny : normal;
    y = bits >= 0x477FF000 ? 0x7C00 : y;
    y = bits > 0x7F800000 ? 0x7E00 : y;
    return y | sign;
}
