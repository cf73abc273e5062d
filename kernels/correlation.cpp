// The gradient of a convolution's kernels on the host:
//
//   correlate   partial[k, o] = sum over n, p of image[n, base[p] + tap[k]] * share[n, o, p]
//   dots        the same where windows lie side by side: base is of whole lines, ``length`` long
//
// partial is (runs, groups, blocks, taps, block), share (N, groups * outputs, windows).
// Reference: gpugrad/ops/convolution.py; tests/test_convolution.py compares.
#include "convolution.hpp"

// One image's share of a block as rows of columns, with zeros beyond the last output.
template <typename T> static void pack(const T *share, long columns, long windows, T *packed) {
    enum { BLOCK = Tile<T>::BLOCK };
    for (long o = 0; o < columns; o++)
        for (long p = 0; p < windows; p++) packed[p * BLOCK + o] = share[o * windows + p];
    for (long o = columns; o < BLOCK; o++)
        for (long p = 0; p < windows; p++) packed[p * BLOCK + o] = 0;
}

template <typename T> static void correlate_images(const Job<T> &job, const T *image, long count,
                                                   const T *packed, T *partial) {
    typedef Tile<T> Tile;
    for (long k = 0; k < job.taps; k += ROWS) {
        long outer[ROWS];
        typename Tile::Vector sums[ROWS][2] = {};
        const long rows = Tile::rows(job.tap, k, job.taps, outer);
        T *into = partial + k * Tile::BLOCK;
        memcpy(sums, into, rows * Tile::BLOCK * sizeof(T));
        Tile::add(image, outer, job.base, count, packed, sums);
        memcpy(into, sums, rows * Tile::BLOCK * sizeof(T));
    }
}

template <typename T> static void correlate(const Job<T> &job, long item) {
    enum { BLOCK = Tile<T>::BLOCK };
    const Item at(item, job.groups, (job.outputs + BLOCK - 1) / BLOCK);
    const long first = at.block * BLOCK, columns = least(job.outputs - first, BLOCK);
    const long windows = job.positions / job.together;
    T *packed = (T *)malloc(job.positions * BLOCK * sizeof(T));
    T *partial = job.result + item * job.taps * BLOCK;
    memset(partial, 0, job.taps * BLOCK * sizeof(T));
    const long begin = at.n * job.images / job.runs, end = (at.n + 1) * job.images / job.runs;
    for (long n = begin; n < end; n += job.together) {
        const long count = positions(job, n, end);
        for (long p = 0; p < count; p += windows) {
            const long plane = ((n + p / windows) * job.groups + at.group) * job.outputs + first;
            pack(job.right + plane * windows, columns, windows, packed + p * BLOCK);
        }
        const T *image = job.image + n * job.image_size + at.group * job.group_size;
        correlate_images(job, image, count, packed, partial);
    }
    free(packed);
}

template <typename T, int OUTPUTS> struct Dots : Vectors<T> {
    typedef typename Vectors<T>::Vector Vector;
    enum { LANES = Vectors<T>::LANES, TWO = Vectors<T>::TWO, TAPS = ROWS / OUTPUTS };

    const Job<T> &job;
    const Item at;
    const long first, columns, windows;
    Vector kept[2];  // ones in a line's last two vectors where they are not of those before

    Dots(const Job<T> &job, long item)
        : job(job), at(item, job.groups, (job.outputs + OUTPUTS - 1) / OUTPUTS),
          first(at.block * OUTPUTS), columns(least(job.outputs - first, OUTPUTS)),
          windows(job.positions * job.length) {
        for (long i = 0; i < TWO; i++)
            kept[i / LANES][i % LANES] = (TWO - i) <= job.length % TWO;
    }

    // Products of one tile of a line's windows, all of them or those that are left at its end.
    template <bool ALL>
    void add(const T *const (&row)[TAPS], const T *share, Vector (&sums)[TAPS][OUTPUTS][2]) const {
#pragma GCC unroll 6
        for (long o = 0; o < OUTPUTS; o++)
#pragma GCC unroll 2
            for (long half = 0; half < 2; half++) {
                const T *from = share + least(o, columns - 1) * windows + half * LANES;
                const Vector b = *(const Vector *)from, zero = {};
#pragma GCC unroll 6
                for (long t = 0; t < TAPS; t++) {
                    const Vector product = *(const Vector *)(row[t] + half * LANES) * b;
                    sums[t][o][half] += ALL ? product : kept[half] != zero ? product : zero;
                }
            }
    }

    void image(long n, const long *tap, Vector (&sums)[TAPS][OUTPUTS][2]) const {
        const T *image = job.image + n * job.image_size + at.group * job.group_size;
        const T *share = job.right + ((n * job.groups + at.group) * job.outputs + first) * windows;
        for (long p = 0; p < job.positions; p++, share += job.length) {
            const T *row[TAPS];
            long w = 0;
            for (; w + TWO <= job.length; w += TWO) {
                for (long t = 0; t < TAPS; t++) row[t] = image + job.base[p] + tap[t] + w;
                add<true>(row, share + w, sums);
            }
            if (w == job.length) continue;
            w = job.length - TWO;
            for (long t = 0; t < TAPS; t++) row[t] = image + job.base[p] + tap[t] + w;
            add<false>(row, share + w, sums);
        }
    }

    void run(T *partial) const {
        const long begin = at.n * job.images / job.runs, end = (at.n + 1) * job.images / job.runs;
        for (long k = 0; k < job.taps; k += TAPS) {
            Vector sums[TAPS][OUTPUTS][2] = {};
            long tap[TAPS];
            for (long t = 0; t < TAPS; t++) tap[t] = job.tap[least(k + t, job.taps - 1)];
            for (long n = begin; n < end; n++) image(n, tap, sums);
            for (long t = 0; t < TAPS && k + t < job.taps; t++)
                for (long o = 0; o < OUTPUTS; o++) {
                    const Vector both = sums[t][o][0] + sums[t][o][1];
                    T total = 0;
                    for (long i = 0; i < LANES; i++) total += both[i];
                    partial[(k + t) * OUTPUTS + o] = total;
                }
        }
    }
};

template <typename T, int OUTPUTS> static void dots(const Job<T> &job, long item) {
    Dots<T, OUTPUTS>(job, item).run(job.result + item * job.taps * OUTPUTS);
}

#define EXPORTS(T, DTYPE)                                                                         \
    EXPORT(correlate, correlate, T, DTYPE)                                                        \
    EXPORT(dots1, (dots<T, 1>), T, DTYPE)                                                         \
    EXPORT(dots2, (dots<T, 2>), T, DTYPE)                                                         \
    EXPORT(dots3, (dots<T, 3>), T, DTYPE)
EXPORTS(float, float32)
EXPORTS(double, float64)
