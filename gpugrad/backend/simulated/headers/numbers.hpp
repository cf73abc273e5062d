// The types and functions of CUDA's device code that kernels here use.
// As under NVRTC there is no INFINITY, NAN or M_PI: a text that names one must not pass here.
#undef INFINITY
#undef NAN
#undef HUGE_VAL
#undef HUGE_VALF
#undef M_PI
#undef M_E

template <typename To, typename From> inline To bits_as(From from) {
    static_assert(sizeof(To) == sizeof(From), "");
    To to;
    memcpy(&to, &from, sizeof(To));
    return to;
}
inline float __int_as_float(int x) { return bits_as<float>(x); }
inline float __uint_as_float(unsigned x) { return bits_as<float>(x); }
inline int __float_as_int(float x) { return bits_as<int>(x); }
inline unsigned __float_as_uint(float x) { return bits_as<unsigned>(x); }
inline double __longlong_as_double(long long x) { return bits_as<double>(x); }
inline long long __double_as_longlong(double x) { return bits_as<long long>(x); }

// float -> 16 bits, rounded to nearest even; a NaN stays one.
inline unsigned short half_bits(float x) {
    unsigned bits = __float_as_uint(x), sign = bits >> 16 & 0x8000, size = bits & 0x7fffffff;
    if (size > 0x7f800000) return (unsigned short)(sign | 0x7fff);
    if (size >= 0x477ff000) return (unsigned short)(sign | 0x7c00);
    if (size < 0x38800000)               // below 2**-14: a multiple of 2**-24
        return (unsigned short)(sign | (unsigned)nearbyintf(fabsf(x) * 16777216.0f));
    size += 0xfff + (size >> 13 & 1);
    return (unsigned short)(sign | (size - 0x38000000) >> 13);
}
inline float half_value(unsigned short h) {
    unsigned sign = (h & 0x8000u) << 16, size = h & 0x7fff;
    if (size >= 0x7c00) return __uint_as_float(sign | 0x7f800000 | (size & 0x3ff) << 13);
    if (size < 0x400) return __uint_as_float(sign | __float_as_uint((float)size / 16777216.0f));
    return __uint_as_float(sign | ((size << 13) + 0x38000000));
}
inline unsigned short bfloat16_bits(float x) {
    unsigned bits = __float_as_uint(x);
    if ((bits & 0x7fffffff) > 0x7f800000) return (unsigned short)(bits >> 16 | 0x40);
    return (unsigned short)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}
inline float bfloat16_value(unsigned short b) { return __uint_as_float((unsigned)b << 16); }

#define SIXTEEN_BITS(type, to_bits, to_value)                                         \
    struct type {                                                                     \
        unsigned short bits;                                                          \
        type() = default;                                                             \
        template <typename T, typename = std::enable_if_t<std::is_arithmetic_v<T>>>   \
        type(T x) : bits(to_bits((float)x)) {}                                        \
        operator float() const { return to_value(bits); }                             \
        template <typename T, typename = std::enable_if_t<std::is_arithmetic_v<T>>>   \
        type& operator=(T x) { bits = to_bits((float)x); return *this; }              \
    };                                                                                \
    inline type operator+(type a, type b) { return type((float)a + (float)b); }       \
    inline type operator-(type a, type b) { return type((float)a - (float)b); }       \
    inline type operator*(type a, type b) { return type((float)a * (float)b); }       \
    inline type operator/(type a, type b) { return type((float)a / (float)b); }       \
    inline type operator-(type a) { return type(-(float)a); }                         \
    inline bool operator<(type a, type b) { return (float)a < (float)b; }             \
    inline bool operator>(type a, type b) { return (float)a > (float)b; }             \
    inline bool operator<=(type a, type b) { return (float)a <= (float)b; }           \
    inline bool operator>=(type a, type b) { return (float)a >= (float)b; }           \
    inline bool operator==(type a, type b) { return (float)a == (float)b; }           \
    inline bool operator!=(type a, type b) { return (float)a != (float)b; }           \
    inline type& operator+=(type& a, type b) { return a = a + b; }
SIXTEEN_BITS(__half, half_bits, half_value)
SIXTEEN_BITS(__nv_bfloat16, bfloat16_bits, bfloat16_value)
typedef __half half;
typedef __nv_bfloat16 nv_bfloat16;
inline float __half2float(__half h) { return h; }
inline __half __float2half(float x) { return x; }
inline __half __float2half_rn(float x) { return x; }
inline float __bfloat162float(__nv_bfloat16 b) { return b; }
inline __nv_bfloat16 __float2bfloat16(float x) { return x; }
inline __nv_bfloat16 __float2bfloat16_rn(float x) { return x; }
inline __half __ushort_as_half(unsigned short x) { return bits_as<__half>(x); }
inline unsigned short __half_as_ushort(__half x) { return x.bits; }
inline __nv_bfloat16 __ushort_as_bfloat16(unsigned short x) { return bits_as<__nv_bfloat16>(x); }
inline unsigned short __bfloat16_as_ushort(__nv_bfloat16 x) { return x.bits; }

#define VECTORS(name, type, align2, align4)                                                     \
    struct __attribute__((aligned(align2))) name##2 { type x, y; };                             \
    struct name##3 { type x, y, z; };                                                           \
    struct __attribute__((aligned(align4))) name##4 { type x, y, z, w; };                       \
    inline name##2 make_##name##2(type x, type y) { return {x, y}; }                            \
    inline name##3 make_##name##3(type x, type y, type z) { return {x, y, z}; }                 \
    inline name##4 make_##name##4(type x, type y, type z, type w) { return {x, y, z, w}; }
#define uint3 vector_uint3               // threads.hpp has it already
VECTORS(char, signed char, 2, 4) VECTORS(uchar, unsigned char, 2, 4)
VECTORS(short, short, 4, 8) VECTORS(ushort, unsigned short, 4, 8)
VECTORS(int, int, 8, 16) VECTORS(uint, unsigned, 8, 16) VECTORS(float, float, 8, 16)
VECTORS(longlong, long long, 16, 16) VECTORS(ulonglong, unsigned long long, 16, 16)
VECTORS(double, double, 16, 16)
#undef uint3
struct __attribute__((aligned(4))) __half2 { __half x, y; };
struct __attribute__((aligned(4))) __nv_bfloat162 { __nv_bfloat16 x, y; };
typedef __half2 half2;
typedef __nv_bfloat162 nv_bfloat162;
inline __half2 __halves2half2(__half x, __half y) { return {x, y}; }
inline float2 __half22float2(__half2 v) { return {(float)v.x, (float)v.y}; }
inline __half2 __float22half2_rn(float2 v) { return {__half(v.x), __half(v.y)}; }
inline __half2 __floats2half2_rn(float x, float y) { return {__half(x), __half(y)}; }
inline float2 __bfloat1622float2(__nv_bfloat162 v) { return {(float)v.x, (float)v.y}; }

template <typename A, typename B, typename T = std::common_type_t<A, B>,
          typename = std::enable_if_t<std::is_arithmetic_v<T>>>
inline T max(A a, B b) {
    if constexpr (std::is_floating_point_v<T>) return (T)fmax((double)a, (double)b);
    else return (T)a < (T)b ? (T)b : (T)a;
}
template <typename A, typename B, typename T = std::common_type_t<A, B>,
          typename = std::enable_if_t<std::is_arithmetic_v<T>>>
inline T min(A a, B b) {
    if constexpr (std::is_floating_point_v<T>) return (T)fmin((double)a, (double)b);
    else return (T)b < (T)a ? (T)b : (T)a;
}

// Names that newer C libraries have too are reached through a macro, so that they cannot collide.
namespace simulated {
template <typename T> T rsqrt_of(T x) { return 1 / (T)sqrt(x); }
template <typename T> T rcbrt_of(T x) { return 1 / (T)cbrt(x); }
template <typename T> T sinpi_of(T x) { return (T)sin(3.14159265358979323846 * remainder(x, 2.0)); }
template <typename T> T cospi_of(T x) { return (T)cos(3.14159265358979323846 * remainder(x, 2.0)); }
template <typename T> T normcdf_of(T x) {
    return (T)(0.5 * ::erfc(-(double)x * 0.70710678118654752440));
}
template <typename T> T erfinv_of(T y) {    // Winitzki's guess, then Newton's steps in double
    double a = fabs((double)y), infinity = __longlong_as_double(0x7ff0000000000000);
    if (!(a < 1)) return (T)(a == 1 ? copysign(infinity, (double)y) : infinity - infinity);
    double l = log1p(-a * a), k = 4.33075038147416 + l / 2;  // 2 / (pi 0.147)
    double x = sqrt(sqrt(k * k - l / 0.147) - k);
    for (int i = 0; i < 4; i++) {
        double over = a > 0.5 ? (1 - a) - erfc(x) : erf(x) - a;
        x -= over * 0.88622692545275801365 * exp(x * x);     // sqrt(pi) / 2
    }
    return (T)copysign(x, (double)y);
}
}  // namespace simulated
#define rsqrt simulated::rsqrt_of<double>
#define rsqrtf simulated::rsqrt_of<float>
#define rcbrt simulated::rcbrt_of<double>
#define rcbrtf simulated::rcbrt_of<float>
#define sinpi simulated::sinpi_of<double>
#define sinpif simulated::sinpi_of<float>
#define cospi simulated::cospi_of<double>
#define cospif simulated::cospi_of<float>
#define normcdf simulated::normcdf_of<double>
#define normcdff simulated::normcdf_of<float>
#define erfinv simulated::erfinv_of<double>
#define erfinvf simulated::erfinv_of<float>
inline float __expf(float x) { return expf(x); }
inline float __logf(float x) { return logf(x); }
inline float __sinf(float x) { return sinf(x); }
inline float __cosf(float x) { return cosf(x); }
inline float __powf(float x, float y) { return powf(x, y); }
inline float __fdividef(float x, float y) { return x / y; }
inline float __saturatef(float x) { return x > 0 ? x < 1 ? x : 1 : 0; }
inline float __frsqrt_rn(float x) { return 1 / sqrtf(x); }
inline float __fsqrt_rn(float x) { return sqrtf(x); }
inline float __frcp_rn(float x) { return 1 / x; }
// Rounded on their own: -ffp-contract=off, in text.py, fuses nothing into a multiply-add.
inline float __fadd_rn(float x, float y) { return x + y; }
inline float __fsub_rn(float x, float y) { return x - y; }
inline float __fmul_rn(float x, float y) { return x * y; }
inline float __fdiv_rn(float x, float y) { return x / y; }
inline float __fmaf_rn(float x, float y, float z) { return fmaf(x, y, z); }
inline double __dadd_rn(double x, double y) { return x + y; }
inline double __dsub_rn(double x, double y) { return x - y; }
inline double __dmul_rn(double x, double y) { return x * y; }
inline double __ddiv_rn(double x, double y) { return x / y; }
inline double __fma_rn(double x, double y, double z) { return fma(x, y, z); }
inline int __float2int_rn(float x) { return (int)nearbyintf(x); }
inline int __float2int_rz(float x) { return (int)x; }
inline float __int2float_rn(int x) { return (float)x; }
inline int __popc(unsigned x) { return __builtin_popcount(x); }
inline int __popcll(unsigned long long x) { return __builtin_popcountll(x); }
inline int __clz(int x) { return x ? __builtin_clz((unsigned)x) : 32; }
inline int __clzll(long long x) { return x ? __builtin_clzll((unsigned long long)x) : 64; }
inline int __ffs(int x) { return __builtin_ffs(x); }
inline unsigned __umulhi(unsigned x, unsigned y) {
    return (unsigned)((unsigned long long)x * y >> 32);
}
inline unsigned long long __umul64hi(unsigned long long x, unsigned long long y) {
    return (unsigned long long)((unsigned __int128)x * y >> 64);
}
#undef assert
#define assert(condition) \
    ((condition) ? (void)0 : simulated::fail(simulated::TRAP, 0, 0, __LINE__))
#define __trap() simulated::fail(simulated::TRAP, 0, 0, __LINE__)
