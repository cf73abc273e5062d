// Python's and NumPy's % and //: the remainder has the sign of the divisor.
#define GG_DIVISION(T, f)                                                \
    GG_FUNCTION T gg_remainder##f(T a, T b) {                            \
        T r = fmod##f(a, b);                                             \
        return r == 0 ? copysign##f((T)0, b) : (r < 0) != (b < 0) ? r + b : r; \
    }                                                                    \
    GG_FUNCTION T gg_floor_divide##f(T a, T b) {                         \
        T r = fmod##f(a, b), q = (a - r) / b;                            \
        q = (r != 0) & ((r < 0) != (b < 0)) ? q - 1 : q;                 \
        return b == 0 ? a / b : q != 0 ? rint##f(q) : copysign##f((T)0, a / b); \
    }
GG_DIVISION(float, f)
GG_DIVISION(double, )
