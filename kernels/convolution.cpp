// Convolution of images on the host, without copying windows: a table of offsets says where each
// position of a window (a tap) lies from the window's first element.
//
//   products    result[n, o, p] = start[o] + sum over k of image[n, base[p] + tap[k]] * right[k, o]
//   correlate   partial[k, o]   = sum over n, p of image[n, base[p] + tap[k]] * share[n, o, p]
//
// Both are matrix products whose left matrix is read through the table.  Eight or sixteen columns
// o (two vectors) make a block, six rows of the left matrix are in registers at once.  Images are
// padded already; right (the kernels) and partial are (groups, blocks, taps, block), start is
// (groups, blocks, block) or null for zeros, share and result are (N, groups * outputs,
// positions).  An item is one image and group (products), or one of a fixed number of runs of
// images, so that the sums do not depend on the threads (correlate).
// Reference: gpugrad/ops/convolution.py; tests/test_convolution.py compares.
#include <cstdlib>
#include <cstring>

template <typename T> struct Vectors {
    typedef T type __attribute__((vector_size(32), aligned(sizeof(T))));
};

enum { ROWS = 6 };

template <typename T> struct Job {
    const T *image, *right, *start;
    T *result;
    const long *base, *tap;
    long images, groups, image_size, group_size, positions, taps, outputs, runs;
};

template <typename T> struct Tile {
    typedef typename Vectors<T>::type Vector;
    enum { LANES = 32 / sizeof(T), BLOCK = 2 * LANES };

    // sums[r] += image[outer[r] + inner[i]] * right[i] over all i
    static void add(const T *image, const long *outer, const long *inner, long count,
                    const T *right, Vector (&sums)[ROWS][2]) {
        const T *row0 = image + outer[0], *row1 = image + outer[1], *row2 = image + outer[2];
        const T *row3 = image + outer[3], *row4 = image + outer[4], *row5 = image + outer[5];
        Vector a0 = sums[0][0], b0 = sums[0][1], a1 = sums[1][0], b1 = sums[1][1];
        Vector a2 = sums[2][0], b2 = sums[2][1], a3 = sums[3][0], b3 = sums[3][1];
        Vector a4 = sums[4][0], b4 = sums[4][1], a5 = sums[5][0], b5 = sums[5][1];
        for (long i = 0; i < count; i++, right += BLOCK) {
            const long at = inner[i];
            const Vector a = *(const Vector *)right, b = *(const Vector *)(right + LANES);
            a0 += row0[at] * a, b0 += row0[at] * b, a1 += row1[at] * a, b1 += row1[at] * b;
            a2 += row2[at] * a, b2 += row2[at] * b, a3 += row3[at] * a, b3 += row3[at] * b;
            a4 += row4[at] * a, b4 += row4[at] * b, a5 += row5[at] * a, b5 += row5[at] * b;
        }
        sums[0][0] = a0, sums[0][1] = b0, sums[1][0] = a1, sums[1][1] = b1;
        sums[2][0] = a2, sums[2][1] = b2, sums[3][0] = a3, sums[3][1] = b3;
        sums[4][0] = a4, sums[4][1] = b4, sums[5][0] = a5, sums[5][1] = b5;
    }

    // Offsets of six rows from `first`; rows past the end repeat the last one and are not stored.
    static long rows(const long *table, long first, long count, long (&outer)[ROWS]) {
        const long left = count - first < ROWS ? count - first : (long)ROWS;
        for (long r = 0; r < ROWS; r++) outer[r] = table[first + (r < left ? r : left - 1)];
        return left;
    }
};

template <typename T> static void products(const Job<T> &job, long item) {
    typedef Tile<T> Tile;
    const long n = item / job.groups, g = item % job.groups;
    const long blocks = (job.outputs + Tile::BLOCK - 1) / Tile::BLOCK;
    const T *image = job.image + n * job.image_size + g * job.group_size;
    T *result = job.result + item * job.outputs * job.positions;
    for (long block = 0; block < blocks; block++) {
        const T *right = job.right + (g * blocks + block) * job.taps * Tile::BLOCK;
        const long first = block * Tile::BLOCK, rest = job.outputs - first;
        const long columns = rest < Tile::BLOCK ? rest : (long)Tile::BLOCK;
        for (long p = 0; p < job.positions; p += ROWS) {
            long outer[ROWS];
            typename Tile::Vector sums[ROWS][2] = {};
            const long rows = Tile::rows(job.base, p, job.positions, outer);
            if (job.start)
                for (long r = 0; r < ROWS; r++)
                    memcpy(sums[r], job.start + (g * blocks + block) * Tile::BLOCK, sizeof sums[r]);
            Tile::add(image, outer, job.tap, job.taps, right, sums);
            const T *values = (const T *)sums;
            for (long o = 0; o < columns; o++)
                for (long r = 0; r < rows; r++)
                    result[(first + o) * job.positions + p + r] = values[r * Tile::BLOCK + o];
        }
    }
}

// One image's share of a group as blocks of columns, with zeros beyond the last output.
template <typename T> static void pack(const Job<T> &job, const T *share, T *packed) {
    enum { BLOCK = Tile<T>::BLOCK };
    for (long first = 0; first < job.outputs; first += BLOCK, packed += job.positions * BLOCK) {
        const long rest = job.outputs - first, columns = rest < BLOCK ? rest : (long)BLOCK;
        for (long o = 0; o < columns; o++)
            for (long p = 0; p < job.positions; p++)
                packed[p * BLOCK + o] = share[(first + o) * job.positions + p];
        for (long o = columns; o < BLOCK; o++)
            for (long p = 0; p < job.positions; p++) packed[p * BLOCK + o] = 0;
    }
}

template <typename T> static void correlate_image(const Job<T> &job, long item, const T *packed,
                                                  T *partial) {
    typedef Tile<T> Tile;
    const long n = item / job.groups, g = item % job.groups;
    const T *image = job.image + n * job.image_size + g * job.group_size;
    const long blocks = (job.outputs + Tile::BLOCK - 1) / Tile::BLOCK;
    for (long block = 0; block < blocks; block++, packed += job.positions * Tile::BLOCK)
        for (long k = 0; k < job.taps; k += ROWS) {
            long outer[ROWS];
            typename Tile::Vector sums[ROWS][2] = {};
            T *into = partial + ((g * blocks + block) * job.taps + k) * Tile::BLOCK;
            const long rows = Tile::rows(job.tap, k, job.taps, outer);
            memcpy(sums, into, rows * Tile::BLOCK * sizeof(T));
            Tile::add(image, outer, job.base, job.positions, packed, sums);
            memcpy(into, sums, rows * Tile::BLOCK * sizeof(T));
        }
}

template <typename T> static void correlate(const Job<T> &job, long run) {
    const long blocks = (job.outputs + Tile<T>::BLOCK - 1) / Tile<T>::BLOCK;
    const long size = job.groups * blocks * job.taps * Tile<T>::BLOCK;
    T *packed = (T *)malloc(blocks * job.positions * Tile<T>::BLOCK * sizeof(T));
    T *partial = job.result + run * size;
    memset(partial, 0, size * sizeof(T));
    const long begin = run * job.images / job.runs, end = (run + 1) * job.images / job.runs;
    for (long item = begin * job.groups; item < end * job.groups; item++) {
        pack(job, job.right + item * job.outputs * job.positions, packed);
        correlate_image(job, item, packed, partial);
    }
    free(packed);
}

#define EXPORT(NAME, T, DTYPE)                                                                    \
    extern "C" void NAME##_##DTYPE(const void *job, long begin, long end) {                       \
        for (long i = begin; i < end; i++) NAME(*(const Job<T> *)job, i);                         \
    }
EXPORT(products, float, float32)
EXPORT(products, double, float64)
EXPORT(correlate, float, float32)
EXPORT(correlate, double, float64)
