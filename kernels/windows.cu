// Windows of images x (planes, *size): which elements a kernel meets at ``count`` places.  There
// are three axes; images with fewer have lengths of 1 in front.
// windows: y (planes, *kernel, *count), zero outside of the image.
// overlap_add: the transpose, y (planes, *size) from x (planes, *kernel, *count).
// largest: y and places (planes, *count), the largest element of each window, NaN before others and
// the first of equal ones, and its number in its plane; -inf and 0 of a window that meets none.
// collect: its transpose, y (planes, *size) from x and places (planes, *count).
// Where elements of y are sums, each is one thread's, in the order of the kernel's elements, so
// that the bits are the same in every run.
// Blocks: x over the elements of a plane, fewer than 2**32, y over planes.
// Reference: tests/test_window_kernels.py.
#include "numbers.cuh"

struct Windows {
    int64 planes;
    int size[3], count[3], kernel[3], strides[3], padding[3], dilation[3];
};

#define FOR_EACH_PLANE(p) \
    for (int64 p = blockIdx.y; p < w.planes; p += gridDim.y)
#define FOR_EACH_ELEMENT(i, n)                                                              \
    for (int64 i = blockIdx.x * (int64)blockDim.x + threadIdx.x; i < (n);                   \
         i += (int64)gridDim.x * blockDim.x)

// An element of a box, by its numbers along the axes.
struct Place {
    int at[3];
};

__device__ inline int64 volume(const int* sizes) { return (int64)sizes[0] * sizes[1] * sizes[2]; }
__device__ inline bool inside(const Place& p, const int* sizes) {
    bool within = true;
    for (int a = 0; a < 3; a++) within = within && p.at[a] >= 0 && p.at[a] < sizes[a];
    return within;
}
__device__ inline int64 flat(const Place& p, const int* sizes) {
    return ((int64)p.at[0] * sizes[1] + p.at[1]) * sizes[2] + p.at[2];
}
__device__ inline Place place(unsigned i, const int* sizes) {
    const unsigned line = i / sizes[2];
    return {{(int)(line / sizes[1]), (int)(line % sizes[1]), (int)(i % sizes[2])}};
}

// The element that window ``o`` meets with element ``k`` of the kernel.
__device__ inline Place met(const Place& o, const Place& k, const Windows& w) {
    Place p;
    for (int a = 0; a < 3; a++)
        p.at[a] = o.at[a] * w.strides[a] - w.padding[a] + k.at[a] * w.dilation[a];
    return p;
}

// The window along one axis whose element number k lies at ``at``; -1 if there is none.
__device__ inline int window_of(int at, int k, int axis, const Windows& w) {
    const int offset = at + w.padding[axis] - k * w.dilation[axis];
    const int number = offset / w.strides[axis];
    return offset >= 0 && number * w.strides[axis] == offset && number < w.count[axis] ? number
                                                                                       : -1;
}

template <typename T> __device__ void windows(const T* x, T* y, const Windows& w) {
    const int64 count = volume(w.count), elements = volume(w.kernel) * count;
    FOR_EACH_PLANE(plane) {
        const T* from = x + plane * volume(w.size);
        FOR_EACH_ELEMENT(i, elements) {
            const unsigned k = (unsigned)i / (unsigned)count, o = (unsigned)i % (unsigned)count;
            const Place p = met(place(o, w.count), place(k, w.kernel), w);
            y[plane * elements + i] =
                inside(p, w.size) ? from[flat(p, w.size)] : narrow<T>(Wide<T>(0));
        }
    }
}

// For every window that meets the element at place ``p``: what follows, with the element's number k
// in the kernel and the window's number o in the plane.
#define FOR_EACH_WINDOW_OF(p, k, o)                                                         \
    for (int kz = 0; kz < w.kernel[0]; kz++)                                                \
        for (int ky = 0, oz = window_of(p.at[0], kz, 0, w); oz >= 0 && ky < w.kernel[1]; ky++) \
            for (int kx = 0, oy = window_of(p.at[1], ky, 1, w); oy >= 0 && kx < w.kernel[2]; \
                 kx++)                                                                      \
                if (const int ox = window_of(p.at[2], kx, 2, w); ox >= 0)                   \
                    if (const int64 k = flat({{kz, ky, kx}}, w.kernel),                     \
                        o = flat({{oz, oy, ox}}, w.count); true)

template <typename T> __device__ void overlap_add(const T* x, T* y, const Windows& w) {
    const int64 elements = volume(w.size), across = volume(w.count);
    FOR_EACH_PLANE(plane) {
        const T* from = x + plane * volume(w.kernel) * across;
        FOR_EACH_ELEMENT(i, elements) {
            const Place p = place((unsigned)i, w.size);
            Wide<T> sum = 0;
            FOR_EACH_WINDOW_OF(p, k, o) sum += wide(from[k * across + o]);
            y[plane * elements + i] = narrow<T>(sum);
        }
    }
}

template <typename T>
__device__ void collect(const T* x, const int* places, T* y, const Windows& w) {
    const int64 elements = volume(w.size), across = volume(w.count);
    FOR_EACH_PLANE(plane) {
        FOR_EACH_ELEMENT(i, elements) {
            const Place p = place((unsigned)i, w.size);
            Wide<T> sum = 0;
            FOR_EACH_WINDOW_OF(p, k, o)
                if (places[plane * across + o] == i) sum += wide(x[plane * across + o]);
            y[plane * elements + i] = narrow<T>(sum);
        }
    }
}

template <typename T>
__device__ void largest(const T* x, T* y, int* places, const Windows& w) {
    const int64 elements = volume(w.count), taps = volume(w.kernel);
    FOR_EACH_PLANE(plane) {
        const T* from = x + plane * volume(w.size);
        FOR_EACH_ELEMENT(i, elements) {
            const Place window = place((unsigned)i, w.count);
            Wide<T> best = -__int_as_float(0x7f800000);
            int found = -1;
            for (int64 k = 0; k < taps; k++) {
                const Place p = met(window, place((unsigned)k, w.kernel), w);
                if (!inside(p, w.size)) continue;
                const int number = (int)flat(p, w.size);
                const Wide<T> x_here = wide(from[number]);
                const bool first_nan = x_here != x_here && best == best;
                if (found < 0 || x_here > best || first_nan) {
                    best = x_here;
                    found = number;
                }
            }
            y[plane * elements + i] = narrow<T>(best);
            places[plane * elements + i] = found < 0 ? 0 : found;
        }
    }
}

#define STAMP(T)                                                                            \
    extern "C" __global__ void windows_##T(const T* x, T* y, const Windows w) {             \
        windows<T>(x, y, w);                                                                \
    }                                                                                       \
    extern "C" __global__ void overlap_add_##T(const T* x, T* y, const Windows w) {         \
        overlap_add<T>(x, y, w);                                                            \
    }                                                                                       \
    extern "C" __global__ void collect_##T(const T* x, const int* places, T* y,             \
                                           const Windows w) {                               \
        collect<T>(x, places, y, w);                                                        \
    }                                                                                       \
    extern "C" __global__ void largest_##T(const T* x, T* y, int* places,                   \
                                           const Windows w) {                               \
        largest<T>(x, y, places, w);                                                        \
    }
STAMP(float16)
STAMP(bfloat16)
STAMP(float32)
STAMP(float64)
