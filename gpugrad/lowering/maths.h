// Host maths for generated kernels: float functions without branches or tables, which the compiler
// turns into vector code.  NaN, infinity and denormal numbers come out as from the C library;
// errors are below 2 units in the last place (tests/test_lowering_maths.py).
#define GG_INFINITY __builtin_huge_val()
#define GG_NAN __builtin_nan("")

typedef union { float f; int i; } gg_word;

static inline float gg_float(int bits) { gg_word w; w.i = bits; return w.f; }
static inline int gg_bits(float x) { gg_word w; w.f = x; return w.i; }

// e**r - 1 for |r| <= 0.35
static inline float gg_small_expm1f(float r) {
    float p = 1.9841270e-4f;
    p = p * r + 1.3888889e-3f;
    p = p * r + 8.3333333e-3f;
    p = p * r + 4.1666667e-2f;
    p = p * r + 1.6666667e-1f;
    p = p * r + 0.5f;
    return r * r * p + r;
}

// x = n log 2 + r; adding 1.5 * 2**23 leaves the rounded n in the low bits
#define GG_REDUCE(x)                                              \
    float shifted = x * 1.44269504f + 12582912.0f;                \
    int n = gg_bits(shifted) - 0x4B400000;                        \
    float whole = shifted - 12582912.0f;                          \
    float r = (x - whole * 0.693359375f) + whole * 2.12194440e-4f;

static inline float gg_expf(float x) {
    float c = x < -104.0f ? -104.0f : x;
    c = c > 89.0f ? 89.0f : c;
    GG_REDUCE(c)
    int half = n >> 1;  // two factors: the result may be denormal, or 2**128 times less than 1
    float y = (gg_small_expm1f(r) + 1.0f) * gg_float((half + 127) << 23);
    return y * gg_float((n - half + 127) << 23);
}

static inline float gg_expm1f(float x) {
    float c = x < -25.0f ? -25.0f : x;
    c = c > 89.0f ? 89.0f : c;
    GG_REDUCE(c)
    int half = n >> 1;
    float a = gg_float((half + 127) << 23), b = gg_float((n - half + 127) << 23);
    float scale = a * b;
    float y = gg_small_expm1f(r) * scale + (scale - 1.0f);
    float huge = (gg_small_expm1f(r) + 1.0f) * a * b;  // 2**128 itself is no float
    return x == 0 ? x : n > 127 ? huge : y;
}

static inline float gg_tanhf(float x) {
    float c = 2.0f * __builtin_fabsf(x);
    c = c > 20.0f ? 20.0f : c;
    GG_REDUCE(c)
    float scale = gg_float((n + 127) << 23);
    float e = gg_small_expm1f(r) * scale + (scale - 1.0f);
    return __builtin_copysignf(e / (e + 2.0f), x);
}

static inline float gg_sigmoidf(float x) { return 1.0f / (1.0f + gg_expf(-x)); }

// log(1 + f) for f in [-0.3, 0.42]
static inline float gg_small_log1pf(float f) {
    float p = 7.0376836292e-2f;
    p = p * f - 1.1514610310e-1f;
    p = p * f + 1.1676998740e-1f;
    p = p * f - 1.2420140846e-1f;
    p = p * f + 1.4249322787e-1f;
    p = p * f - 1.6668057665e-1f;
    p = p * f + 2.0000714765e-1f;
    p = p * f - 2.4999993993e-1f;
    p = p * f + 3.3333331174e-1f;
    float square = f * f;
    return f + (square * f * p - 0.5f * square);
}

#define GG_ROOT_HALF 0x3F3504F3  // bits of sqrt(1/2)

static inline float gg_logf(float x) {
    float tiny = x < 1.17549435e-38f ? 8388608.0f : 1.0f;
    float z = x * tiny;
    int k = (gg_bits(z) - GG_ROOT_HALF) >> 23;
    float f = gg_float(gg_bits(z) - (k << 23)) - 1.0f;
    float n = (float)k - (tiny > 1.0f ? 23.0f : 0.0f);
    float y = gg_small_log1pf(f) + n * -2.12194440e-4f + n * 0.693359375f;
    y = x == 0 ? -(float)GG_INFINITY : y;
    y = x < 0 ? (float)GG_NAN : y;
    return x < (float)GG_INFINITY ? y : x;  // infinity and NaN as they are
}

static inline float gg_log1pf(float x) {
    float z = 1.0f + x;
    int k = (gg_bits(z) - GG_ROOT_HALF) >> 23;
    int half = k >> 1;
    float a = gg_float((127 - half) << 23), b = gg_float((127 - k + half) << 23);
    float f = x * a * b + (a * b - 1.0f);  // (1 + x) / 2**k - 1, rounded once
    float n = (float)k;
    float y = gg_small_log1pf(f) + n * -2.12194440e-4f + n * 0.693359375f;
    y = x == -1.0f ? -(float)GG_INFINITY : y;
    y = x < -1.0f ? (float)GG_NAN : y;
    y = x == 0 ? x : y;
    return x < (float)GG_INFINITY ? y : x;
}

// Python's and NumPy's % and //: the sign of the divisor
#define GG_DIVISION(T, f)                                                           \
    static inline T gg_remainder##f(T a, T b) {                                     \
        T r = fmod##f(a, b);                                                        \
        return r == 0 ? copysign##f(0, b) : (r < 0) != (b < 0) ? r + b : r;         \
    }                                                                               \
    static inline T gg_floor_divide##f(T a, T b) {                                  \
        T r = fmod##f(a, b), q = (a - r) / b;                                       \
        q = (r != 0) & ((r < 0) != (b < 0)) ? q - 1 : q;                            \
        T whole = rint##f(q);                                                       \
        return b == 0 ? a / b : q != 0 ? whole : copysign##f(0, a / b);             \
    }
GG_DIVISION(float, f)
GG_DIVISION(double, )

static inline double sigmoid(double x) { return 1 / (1 + exp(-x)); }

static inline float gg_from_bf16(unsigned short x) { return gg_float((int)x << 16); }

static inline unsigned short gg_to_bf16(float x) {
    unsigned bits = (unsigned)gg_bits(x);
    unsigned rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;  // to nearest, ties to even
    return x != x ? (bits >> 16) | 0x40 : rounded;
}

static inline float gg_from_f16(unsigned short x) {
    float y = gg_float((x & 0x7FFF) << 13) * gg_float(0x77800000);  // 2**112 moves the exponent
    int bits = gg_bits(y);
    bits = (x & 0x7C00) == 0x7C00 ? bits | 0x7F800000 : bits;
    return gg_float(bits | (x & 0x8000) << 16);
}

static inline unsigned short gg_to_f16(float x) {
    unsigned bits = (unsigned)gg_bits(x) & 0x7FFFFFFF, sign = (unsigned)gg_bits(x) >> 16 & 0x8000;
    unsigned normal = (bits - 0x38000000 + 0xFFF + ((bits >> 13) & 1)) >> 13;
    // adding one half lines the denormal's last bit up with the float's
    unsigned tiny = (unsigned)gg_bits(gg_float((int)bits) + 0.5f) - 0x3F000000;
    unsigned y = bits < 0x38800000 ? tiny : normal;
    y = bits >= 0x477FF000 ? 0x7C00 : y;
    y = bits > 0x7F800000 ? 0x7E00 : y;
    return y | sign;
}
