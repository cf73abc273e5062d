// Names of CUDA that CuPy's kernels use and ours do not; read after the simulated device's headers.
#define __CUDACC_VER_MAJOR__ 13
#define CUDART_VERSION 13000

inline bool __hisnan(__half x) { return isnan((float)x); }
inline bool __hisnan(__nv_bfloat16 x) { return isnan((float)x); }
inline int sign_of_infinity(float x) { return isinf(x) ? (x > 0 ? 1 : -1) : 0; }
inline int __hisinf(__half x) { return sign_of_infinity((float)x); }
inline int __hisinf(__nv_bfloat16 x) { return sign_of_infinity((float)x); }
inline __half __double2half(double x) { return __half((float)x); }
inline __nv_bfloat16 __double2bfloat16(double x) { return __nv_bfloat16((float)x); }

// The point below which a standard normal number lies with probability p: by halving.
inline double normcdfinv(double p) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    if (!(p >= 0 && p <= 1)) return infinity - infinity;
    if (p == 0 || p == 1) return p ? infinity : -infinity;
    if (p > 0.5) return -normcdfinv(1 - p);  // erfc has no digits left near 2
    double low = -40, high = 40;
    while (true) {
        double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high) return middle;
        (0.5 * erfc(-middle * 0.70710678118654752440) < p ? low : high) = middle;
    }
}
inline double erfcinv(double y) { return -normcdfinv(y / 2) * 0.70710678118654752440; }
inline double erfcx(double x) {          // exp(x * x) * erfc(x)
    if (x < 50) return (double)(expl((long double)x * x) * erfcl(x));
    double s = 1 / (x * x);
    return 0.56418958354775628695 / x * (1 - s / 2 + 3 * s * s / 4);
}
inline double bessel_i(double order, double x) {  // std's throws where its series is too long
    return x > 720 ? std::numeric_limits<double>::infinity() : std::cyl_bessel_i(order, x);
}
inline double cyl_bessel_i0(double x) { return bessel_i(0, fabs(x)); }
inline double cyl_bessel_i1(double x) { return copysign(bessel_i(1, fabs(x)), x); }
#define IN_FLOAT(name) inline float name##f(float x) { return (float)name((double)x); }
IN_FLOAT(normcdfinv) IN_FLOAT(erfcinv) IN_FLOAT(erfcx)
IN_FLOAT(cyl_bessel_i0) IN_FLOAT(cyl_bessel_i1)
