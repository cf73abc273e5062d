// Convolution of images on the host:
//
//   products    result[n, o, place[p]] = start[o] + sum over k of image[n, base[p] + tap[k]] *
//               right[k, o]
//   lines       the same where windows lie side by side: place and base are of whole lines of
//               them, ``length`` long, from which the next is ``step`` further in the result and
//               one further in the image
//
// right (the kernels) is (groups, blocks, taps, block), start is (groups, blocks, block) or null
// for zeros, and result has planes of ``plane`` elements.
// Reference: gpugrad/ops/convolution.py; tests/test_convolution.py compares.
#include "convolution.hpp"

template <typename T> static void products(const Job<T> &job, long item) {
    typedef Tile<T> Tile;
    const Item at(item, job.groups, (job.outputs + Tile::BLOCK - 1) / Tile::BLOCK);
    const long n = at.n * job.together, count = positions(job, n, job.images);
    const T *image = job.image + n * job.image_size + at.group * job.group_size;
    const T *right = job.right + at.number * job.taps * Tile::BLOCK;
    const long first = at.block * Tile::BLOCK, columns = least(job.outputs - first, Tile::BLOCK);
    T *result = job.result + ((n * job.groups + at.group) * job.outputs + first) * job.plane;
    for (long p = 0; p < count; p += ROWS) {
        long outer[ROWS];
        typename Tile::Vector sums[ROWS][2] = {};
        const long rows = Tile::rows(job.base, p, count, outer);
        if (job.start)
            for (long r = 0; r < ROWS; r++)
                memcpy(sums[r], job.start + at.number * Tile::BLOCK, sizeof sums[r]);
        Tile::add(image, outer, job.tap, job.taps, right, sums);
        const T *values = (const T *)sums;
        for (long o = 0; o < columns; o++)
            for (long r = 0; r < rows; r++)
                result[o * job.plane + job.place[p + r]] = values[r * Tile::BLOCK + o];
    }
}

template <typename T, int OUTPUTS, int LINES> struct Strip : Vectors<T> {
    typedef typename Vectors<T>::Vector Vector;
    enum { LANES = Vectors<T>::LANES, TWO = Vectors<T>::TWO };

    const Job<T> &job;
    const Item at;
    const long n, count, first, columns;
    const T *image, *right;
    T *result;

    Strip(const Job<T> &job, long item)
        : job(job), at(item, job.groups, (job.outputs + OUTPUTS - 1) / OUTPUTS),
          n(at.n * job.together), count(positions(job, n, job.images)), first(at.block * OUTPUTS),
          columns(least(job.outputs - first, OUTPUTS)),
          image(job.image + n * job.image_size + at.group * job.group_size),
          right(job.right + at.number * job.taps * OUTPUTS),
          result(job.result + ((n * job.groups + at.group) * job.outputs + first) * job.plane) {}

    // The windows from number w on of the lines from number p on.
    void tile(long p, long w) const {
        const T *row[LINES], *weight = right;
        Vector sums[LINES][OUTPUTS][2];
#pragma GCC unroll 6
        for (long l = 0; l < LINES; l++) {
            row[l] = image + job.base[least(p + l, count - 1)] + w;
#pragma GCC unroll 6
            for (long o = 0; o < OUTPUTS; o++)
                sums[l][o][0] = sums[l][o][1] =
                    Vector{} + (job.start ? job.start[at.number * OUTPUTS + o] : 0);
        }
        for (long k = 0; k < job.taps; k++, weight += OUTPUTS) {
            const long tap = job.tap[k];
#pragma GCC unroll 6
            for (long l = 0; l < LINES; l++) {
                const Vector a = *(const Vector *)(row[l] + tap);
                const Vector b = *(const Vector *)(row[l] + tap + LANES);
#pragma GCC unroll 6
                for (long o = 0; o < OUTPUTS; o++)
                    sums[l][o][0] += weight[o] * a, sums[l][o][1] += weight[o] * b;
            }
        }
        for (long l = 0; l < LINES && p + l < count; l++)
            for (long o = 0; o < columns; o++)
                store((const T *)sums[l][o], result + o * job.plane + job.place[p + l], w);
    }

    void store(const T *values, T *line, long w) const {
        if (job.step == 1) {
            memcpy(line + w, values, TWO * sizeof(T));
            return;
        }
        for (long i = 0; i < TWO; i++) line[(w + i) * job.step] = values[i];
    }

    // The last windows of a line are computed with those before them, some of them twice.
    void run() const {
        for (long p = 0; p < count; p += LINES)
            for (long w = 0; w < job.length; w += TWO) tile(p, least(w, job.length - TWO));
    }
};

template <typename T, int OUTPUTS> static void lines(const Job<T> &job, long item) {
    Strip<T, OUTPUTS, ROWS / OUTPUTS>(job, item).run();
}

#define EXPORTS(T, DTYPE)                                                                         \
    EXPORT(products, products, T, DTYPE)                                                          \
    EXPORT(lines1, (lines<T, 1>), T, DTYPE)                                                       \
    EXPORT(lines2, (lines<T, 2>), T, DTYPE)                                                       \
    EXPORT(lines3, (lines<T, 3>), T, DTYPE)                                                       \
    EXPORT(lines6, (lines<T, 6>), T, DTYPE)
EXPORTS(float, float32)
EXPORTS(double, float64)
