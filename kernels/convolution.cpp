// Convolution of images on the host, without copying windows: a table of offsets says where each
// element of a window (a tap) lies from the window's first one.
//
//   products    result[n, o, place[p]] = start[o] + sum over k of image[n, base[p] + tap[k]] *
//               right[k, o]
//   lines       the same where windows lie side by side: place and base are of whole lines of
//               them, ``length`` long, from which the next is ``step`` further in the result and
//               one further in the image
//   correlate   partial[k, o] = sum over n, p of image[n, base[p] + tap[k]] * share[n, o, p]
//
// All are matrix products whose left matrix is read through the table.  In registers are twelve
// vectors of sums: in products and correlate six rows of the left matrix by a block of two vectors
// of columns o; in lines two vectors of windows by a block of OUTPUTS columns, of LINES lines.
// Images have their frame of zeros; right (the kernels) is (groups, blocks, taps, block), start is
// (groups, blocks, block) or null for zeros, partial is (runs, groups, blocks, taps, block), share
// (N, groups * outputs, windows) and result has planes of ``plane`` elements.  The tables are of
// the positions of ``together`` images.  An item is a block of one group: of so many images, or of
// one run of images in a fixed number of runs, so that no sum depends on the threads.
// Reference: gpugrad/ops/convolution.py; tests/test_convolution.py compares.
#include <cstdlib>
#include <cstring>

enum { ROWS = 6 };

template <typename T> struct Job {
    const T *image, *right, *start;
    T *result;
    const long *base, *place, *tap;
    long images, together, groups, image_size, group_size, plane, positions, length, step, taps,
        outputs, runs;
};

template <typename T> struct Vectors {
    typedef T Vector __attribute__((vector_size(32), aligned(sizeof(T))));
    enum { LANES = 32 / sizeof(T), TWO = 2 * LANES };
};

// Which block of which group of which images or run an item is.
struct Item {
    long n, group, block, number;
    Item(long item, long groups, long blocks)
        : n(item / blocks / groups), group(item / blocks % groups), block(item % blocks),
          number(group * blocks + block) {}
};

static long least(long a, long b) { return a < b ? a : b; }

// How many positions a few images from number `first` on have.
template <typename T> static long positions(const Job<T> &job, long first, long end) {
    return least(job.together, end - first) * (job.positions / job.together);
}

template <typename T> struct Tile : Vectors<T> {
    typedef typename Vectors<T>::Vector Vector;
    enum { LANES = Vectors<T>::LANES, BLOCK = Vectors<T>::TWO };

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
        const long left = least(count - first, ROWS);
        for (long r = 0; r < ROWS; r++) outer[r] = table[first + (r < left ? r : left - 1)];
        return left;
    }
};

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

#define EXPORT(NAME, BODY, T, DTYPE)                                                              \
    extern "C" void NAME##_##DTYPE(const void *job, long begin, long end) {                       \
        for (long i = begin; i < end; i++) BODY(*(const Job<T> *)job, i);                         \
    }
#define EXPORTS(T, DTYPE)                                                                         \
    EXPORT(products, products, T, DTYPE)                                                          \
    EXPORT(lines1, (lines<T, 1>), T, DTYPE)                                                       \
    EXPORT(lines2, (lines<T, 2>), T, DTYPE)                                                       \
    EXPORT(lines3, (lines<T, 3>), T, DTYPE)                                                       \
    EXPORT(lines6, (lines<T, 6>), T, DTYPE)                                                       \
    EXPORT(correlate, correlate, T, DTYPE)
EXPORTS(float, float32)
EXPORTS(double, float64)
