// Windows of images x (planes, H, W): which elements a kernel of KH x KW meets at OH x OW places.
// windows: y (planes, KH, KW, OH, OW), zero outside of the image.
// overlap_add: the transpose, y (planes, H, W) from x (planes, KH, KW, OH, OW).
// largest: y and places (planes, OH, OW), the largest element of each window, NaN before others and
// the first of equal ones, and its number in its plane.
// collect: its transpose, y (planes, H, W) from x and places (planes, OH, OW).
// Where elements of y are sums, each is one thread's, in the order of the kernel's rows and
// columns, so that the bits are the same in every run.
// Blocks: x over the elements of a plane, fewer than 2**32, y over planes.
// Reference: tests/test_window_kernels.py.
#include "numbers.cuh"

struct Windows {
    int64 planes;
    int size[2], count[2], kernel[2], strides[2], padding[2], dilation[2];
};

#define FOR_EACH_PLANE(p) \
    for (int64 p = blockIdx.y; p < w.planes; p += gridDim.y)
#define FOR_EACH_ELEMENT(i, n)                                                              \
    for (int64 i = blockIdx.x * (int64)blockDim.x + threadIdx.x; i < (n);                   \
         i += (int64)gridDim.x * blockDim.x)

__device__ inline int64 area(const int* sizes) { return (int64)sizes[0] * sizes[1]; }
__device__ inline bool inside(int row, int column, const int* sizes) {
    return row >= 0 && row < sizes[0] && column >= 0 && column < sizes[1];
}

// The window along one axis whose element number k lies at ``at``; -1 if there is none.
__device__ inline int window_of(int at, int k, int axis, const Windows& w) {
    const int offset = at + w.padding[axis] - k * w.dilation[axis];
    const int number = offset / w.strides[axis];
    return offset >= 0 && number * w.strides[axis] == offset && number < w.count[axis] ? number
                                                                                       : -1;
}

template <typename T> __device__ void windows(const T* x, T* y, const Windows& w) {
    const int64 elements = area(w.kernel) * area(w.count);
    FOR_EACH_PLANE(plane) {
        const T* from = x + plane * area(w.size);
        FOR_EACH_ELEMENT(i, elements) {
            const unsigned line = (unsigned)i / w.count[1], k = line / w.count[0];
            const int row = (int)(line % w.count[0]) * w.strides[0] - w.padding[0] +
                            (int)(k / w.kernel[1]) * w.dilation[0];
            const int column = (int)((unsigned)i % w.count[1]) * w.strides[1] - w.padding[1] +
                               (int)(k % w.kernel[1]) * w.dilation[1];
            y[plane * elements + i] = inside(row, column, w.size)
                                          ? from[(int64)row * w.size[1] + column]
                                          : narrow<T>(Wide<T>(0));
        }
    }
}

// For every window that meets element i of a plane: what follows, with the element's number k in
// the kernel and the window's number o in the plane.
#define FOR_EACH_WINDOW_OF(i, k, o)                                                         \
    for (int ky = 0; ky < w.kernel[0]; ky++)                                                \
        for (int kx = 0, oy = window_of((int)((unsigned)i / w.size[1]), ky, 0, w);          \
             oy >= 0 && kx < w.kernel[1]; kx++)                                             \
            if (const int ox = window_of((int)((unsigned)i % w.size[1]), kx, 1, w); ox >= 0) \
                if (const int64 k = (int64)ky * w.kernel[1] + kx,                           \
                    o = (int64)oy * w.count[1] + ox; true)

template <typename T> __device__ void overlap_add(const T* x, T* y, const Windows& w) {
    const int64 elements = area(w.size), across = area(w.count);
    FOR_EACH_PLANE(plane) {
        const T* from = x + plane * area(w.kernel) * across;
        FOR_EACH_ELEMENT(i, elements) {
            Wide<T> sum = 0;
            FOR_EACH_WINDOW_OF(i, k, o) sum += wide(from[k * across + o]);
            y[plane * elements + i] = narrow<T>(sum);
        }
    }
}

template <typename T>
__device__ void collect(const T* x, const int* places, T* y, const Windows& w) {
    const int64 elements = area(w.size), across = area(w.count);
    FOR_EACH_PLANE(plane) {
        FOR_EACH_ELEMENT(i, elements) {
            Wide<T> sum = 0;
            FOR_EACH_WINDOW_OF(i, k, o)
                if (places[plane * across + o] == i) sum += wide(x[plane * across + o]);
            y[plane * elements + i] = narrow<T>(sum);
        }
    }
}

template <typename T>
__device__ void largest(const T* x, T* y, int* places, const Windows& w) {
    const int64 elements = area(w.count);
    FOR_EACH_PLANE(plane) {
        const T* from = x + plane * area(w.size);
        FOR_EACH_ELEMENT(i, elements) {
            const int top = (int)((unsigned)i / w.count[1]) * w.strides[0] - w.padding[0];
            const int left = (int)((unsigned)i % w.count[1]) * w.strides[1] - w.padding[1];
            Wide<T> best = -__int_as_float(0x7f800000);
            int place = -1;
            for (int ky = 0; ky < w.kernel[0]; ky++)
                for (int kx = 0; kx < w.kernel[1]; kx++) {
                    const int row = top + ky * w.dilation[0], column = left + kx * w.dilation[1];
                    if (!inside(row, column, w.size)) continue;
                    const Wide<T> x_here = wide(from[(int64)row * w.size[1] + column]);
                    const bool first_nan = x_here != x_here && best == best;
                    if (place < 0 || x_here > best || first_nan) {
                        best = x_here;
                        place = row * w.size[1] + column;
                    }
                }
            y[plane * elements + i] = narrow<T>(best);
            places[plane * elements + i] = place;
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
