// What the kernels of convolution on the host share: convolution.cpp and correlation.cpp.
//
// Windows are not copied: a table of offsets says where each element of a window (a tap) lies from
// the window's first one, another where the windows begin.  All kernels are matrix products whose
// left matrix is read through the tables, with twelve vectors of sums in registers: six rows of
// the left matrix by a block of two vectors of columns, or, where windows lie side by side in
// lines, two vectors of windows by a block of a few columns and several lines or taps.
//
// Images have their frame of zeros.  The tables are of the positions of ``together`` images.  An
// item is a block of columns of one group: of so many images, or of one run of images in a fixed
// number of runs, so that no sum depends on the threads.
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

#define EXPORT(NAME, BODY, T, DTYPE)                                                              \
    extern "C" void NAME##_##DTYPE(const void *job, long begin, long end) {                       \
        for (long i = begin; i < end; i++) BODY(*(const Job<T> *)job, i);                         \
    }
