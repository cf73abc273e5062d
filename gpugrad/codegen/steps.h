// The next number of a type.  Those of 16 bits are computed in float32: a little more than half a
// step away, which storing rounds to the whole step; no more than a step and a half, however large.
#define gg_nextafterf nextafterf
#define gg_nextafter nextafter
#define GG_NEXTAFTER(type, relative, least, largest)                                   \
    GG_FUNCTION float gg_nextafter_##type(float a, float b) {                          \
        float size = fabsf(a), step = size * relative > least ? size * relative : least; \
        if (a != a || b != b || a == b) return a == b ? b : a + b;                     \
        if (size > largest) return copysignf(largest, a);                              \
        return a < b ? a + step : a - step;                                            \
    }
GG_NEXTAFTER(f16, 5.859375e-4f, 3.5762787e-8f, 65504.0f)
GG_NEXTAFTER(bf16, 4.6875e-3f, 5.5102129e-41f, 3.3895314e38f)
