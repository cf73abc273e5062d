// Recurrent layers on the host: all steps over time of some members of a batch, one after another.
//
//   lstm, gru, rnn                the states of all steps, and the gates after their functions
//   lstm_gradient, ...            the gradients of the gates and of the first states
//
// Members do not meet, so that threads share them out and never wait for each other.  A step is a
// product of the states with a weight, which lies in blocks of columns as the product reads them,
// and then the arithmetic of the gates.  Arrays are contiguous: (steps, members, columns) or
// (members, width); members of one call are taken GROUP at a time.
// Reference: gpugrad/ops/recurrent.py; tests/test_recurrent_kernels.py compares.
#include <cmath>
#include <cstring>

#define GG_APART GG_INLINE
#include "maths.h"

enum { ROWS = 6, GROUP = 48 };  // members of a tile of sums in registers; and of a product

template <typename T> struct Job {
    const T *weight, *gates, *h0, *c0, *bias;  // weight: (blocks, gates, taps, BLOCK)
    T *h, *c, *a;
    const T *gh, *gc, *ga;  // null where there is none
    T *shares, *hidden, *to_h, *to_c;
    long steps, members, width, relu;
};

static long least(long a, long b) { return a < b ? a : b; }

GG_INLINE float squash(float x) { return gg_tanhf(x); }
GG_INLINE double squash(double x) { return std::tanh(x); }
GG_INLINE float sigmoid(float x) { return gg_sigmoidf(x); }

template <typename T> struct Tile {
    typedef T Vector __attribute__((vector_size(32), aligned(sizeof(T))));
    enum { LANES = 32 / sizeof(T), BLOCK = 2 * LANES };

    // to[r][...] += the sum over k of x[r * next + k] * weight[k][...]
    template <int COUNT>
    static void add(const T *x, long next, const T *weight, long taps, T *to, long row) {
        Vector sums[COUNT][2];
#pragma GCC unroll 6
        for (long r = 0; r < COUNT; r++) memcpy(sums[r], to + r * row, sizeof sums[r]);
        for (long k = 0; k < taps; k++, weight += BLOCK) {
            const Vector left = *(const Vector *)weight, right = *(const Vector *)(weight + LANES);
#pragma GCC unroll 6
            for (long r = 0; r < COUNT; r++)
                sums[r][0] += x[r * next + k] * left, sums[r][1] += x[r * next + k] * right;
        }
#pragma GCC unroll 6
        for (long r = 0; r < COUNT; r++) memcpy(to + r * row, sums[r], sizeof sums[r]);
    }

    // The same for any number of members, in tiles of almost equal size.
    static void multiply(const T *x, long next, long rows, const T *weight, long taps, T *to,
                         long row) {
        for (long tiles = (rows + ROWS - 1) / ROWS; tiles; tiles--) {
            const long count = (rows + tiles - 1) / tiles;
            switch (count) {
            case 1: add<1>(x, next, weight, taps, to, row); break;
            case 2: add<2>(x, next, weight, taps, to, row); break;
            case 3: add<3>(x, next, weight, taps, to, row); break;
            case 4: add<4>(x, next, weight, taps, to, row); break;
            case 5: add<5>(x, next, weight, taps, to, row); break;
            default: add<6>(x, next, weight, taps, to, row);
            }
            rows -= count, x += count * next, to += count * row;
        }
    }
};

// Members of a batch from number ``first`` on.
template <typename T> struct Members {
    enum { BLOCK = Tile<T>::BLOCK };
    const Job<T> &job;
    const long first, rows, width;

    Members(const Job<T> &job, long first, long end)
        : job(job), first(first), rows(end - first), width(job.width) {}

    // Where the columns of a member begin in an array of ``parts`` times the width.
    long at(long t, long b, long parts) const {
        return (t * job.members + first + b) * parts * width;
    }

    // The products of the states before step t with the weight of so many gates: calls ``done`` for
    // every member with them, BLOCK columns of each gate, the first column and how many there are.
    template <int GATES, typename F> void products(long t, F done) const {
        T sums[GATES][GROUP][BLOCK];
        const T *before = t ? job.h + at(t - 1, 0, 1) : job.h0 + first * width;
        const T *weight = job.weight;
        for (long j = 0; j < width; j += BLOCK) {
            for (long k = 0; k < GATES; k++, weight += width * BLOCK) {
                memset(sums[k], 0, rows * sizeof *sums[k]);
                Tile<T>::multiply(before, width, rows, weight, width, sums[k][0], BLOCK);
            }
            for (long b = 0; b < rows; b++) {
                const T *z[GATES];
                for (long k = 0; k < GATES; k++) z[k] = sums[k][b];
                done(b, j, least(width - j, BLOCK), z, before + b * width + j);
            }
        }
    }

    // Adds the product of shares (member, parts * width) with the weight to to_h.
    void back(const T *shares, long parts) const {
        T sums[GROUP][BLOCK];
        const T *weight = job.weight;
        for (long j = 0; j < width; j += BLOCK, weight += parts * width * BLOCK) {
            memset(sums, 0, rows * sizeof *sums);
            Tile<T>::multiply(shares, parts * width, rows, weight, parts * width, sums[0], BLOCK);
            for (long b = 0; b < rows; b++) {
                T *to = job.to_h + (first + b) * width + j;
                for (long i = 0; i < least(width - j, BLOCK); i++) to[i] += sums[b][i];
            }
        }
    }
};

template <typename T> static void lstm(const Members<T> &all) {
    const Job<T> &job = all.job;
    const long width = job.width;
    for (long t = 0; t < job.steps; t++)
        all.template products<4>(t, [&](long b, long j, long count, const T **z, const T *) {
            const T *x = job.gates + all.at(t, b, 4) + j;
            const T *before = (t ? job.c + all.at(t - 1, b, 1) : job.c0 + all.at(0, b, 1)) + j;
            T *a = job.a + all.at(t, b, 4) + j;
            T *c = job.c + all.at(t, b, 1) + j, *h = job.h + all.at(t, b, 1) + j;
            _Pragma("omp simd")
            for (long i = 0; i < count; i++) {
                const T in = sigmoid(x[i] + z[0][i]), keep = sigmoid(x[width + i] + z[1][i]);
                const T cell = squash(x[2 * width + i] + z[2][i]);
                const T out = sigmoid(x[3 * width + i] + z[3][i]);
                a[i] = in, a[width + i] = keep, a[2 * width + i] = cell, a[3 * width + i] = out;
                c[i] = keep * before[i] + in * cell;
                h[i] = out * squash(c[i]);
            }
        });
}

// Times the slope of the sigmoids ``a``.
template <typename T> static void slope(const T *a, long count, T *share) {
    _Pragma("omp simd")
    for (long i = 0; i < count; i++) share[i] *= a[i] * (1 - a[i]);
}

template <typename T> static void lstm_gradient(const Members<T> &all) {
    const Job<T> &job = all.job;
    const long width = job.width;
    for (long t = job.steps - 1; t >= 0; t--) {
        for (long b = 0; b < all.rows; b++) {
            const long at = all.at(t, b, 1), state = all.at(0, b, 1);
            const T *a = job.a + 4 * at, *c = job.c + at;
            const T *before = t ? job.c + all.at(t - 1, b, 1) : job.c0 + state;
            const T *gh = job.gh ? job.gh + at : nullptr, *gc = job.gc ? job.gc + at : nullptr;
            const T *ga = job.ga ? job.ga + 4 * at : nullptr;
            T *share = job.shares + 4 * at, *to_h = job.to_h + state, *to_c = job.to_c + state;
            _Pragma("omp simd")
            for (long i = 0; i < width; i++) {
                const T in = a[i], keep = a[width + i], cell = a[2 * width + i];
                const T out = a[3 * width + i], squashed = squash(c[i]);
                const T h = to_h[i] + (gh ? gh[i] : 0);
                const T to = to_c[i] + (gc ? gc[i] : 0) + h * out * (1 - squashed * squashed);
                share[i] = to * cell, share[width + i] = to * before[i];
                share[2 * width + i] = to * in, share[3 * width + i] = h * squashed;
                to_h[i] = 0, to_c[i] = to * keep;
            }
            for (long i = 0; ga && i < 4 * width; i++) share[i] += ga[i];
            slope(a, 2 * width, share);
            for (long i = 2 * width; i < 3 * width; i++) share[i] *= 1 - a[i] * a[i];
            slope(a + 3 * width, width, share + 3 * width);
        }
        all.back(job.shares + all.at(t, 0, 4), 4);
    }
}

template <typename T> static void gru(const Members<T> &all) {
    const Job<T> &job = all.job;
    const long width = job.width;
    for (long t = 0; t < job.steps; t++)
        all.template products<3>(t, [&](long b, long j, long count, const T **z, const T *before) {
            const T *x = job.gates + all.at(t, b, 3) + j, *bias = job.bias + j;
            T *a = job.a + all.at(t, b, 4) + j, *h = job.h + all.at(t, b, 1) + j;
            _Pragma("omp simd")
            for (long i = 0; i < count; i++) {
                const T reset = sigmoid(x[i] + z[0][i] + bias[i]);
                const T update = sigmoid(x[width + i] + z[1][i] + bias[width + i]);
                const T hidden = z[2][i] + bias[2 * width + i];
                const T fresh = squash(x[2 * width + i] + reset * hidden);
                a[i] = reset, a[width + i] = update, a[2 * width + i] = fresh;
                a[3 * width + i] = hidden;
                h[i] = fresh + update * (before[i] - fresh);
            }
        });
}

template <typename T> static void gru_gradient(const Members<T> &all) {
    const Job<T> &job = all.job;
    const long width = job.width;
    for (long t = job.steps - 1; t >= 0; t--) {
        for (long b = 0; b < all.rows; b++) {
            const long at = all.at(t, b, 1), state = all.at(0, b, 1);
            const T *a = job.a + 4 * at, *before = t ? job.h + all.at(t - 1, b, 1) : job.h0 + state;
            const T *gh = job.gh ? job.gh + at : nullptr, *ga = job.ga ? job.ga + 4 * at : nullptr;
            T *share = job.shares + 3 * at, *hidden = job.hidden + 3 * at, *to_h = job.to_h + state;
            _Pragma("omp simd")
            for (long i = 0; i < width; i++) {
                const T reset = a[i], update = a[width + i], fresh = a[2 * width + i];
                const T h = to_h[i] + (gh ? gh[i] : 0);
                const T of_fresh = h * (1 - update) + (ga ? ga[2 * width + i] : 0);
                const T of_update = h * (before[i] - fresh) + (ga ? ga[width + i] : 0);
                const T inner = of_fresh * (1 - fresh * fresh);
                const T of_reset = inner * a[3 * width + i] + (ga ? ga[i] : 0);
                share[i] = hidden[i] = of_reset * reset * (1 - reset);
                share[width + i] = hidden[width + i] = of_update * update * (1 - update);
                share[2 * width + i] = inner;
                hidden[2 * width + i] = inner * reset + (ga ? ga[3 * width + i] : 0);
                to_h[i] = h * update;
            }
        }
        all.back(job.hidden + all.at(t, 0, 3), 3);
    }
}

template <typename T> static void rnn(const Members<T> &all) {
    const Job<T> &job = all.job;
    for (long t = 0; t < job.steps; t++)
        all.template products<1>(t, [&](long b, long j, long count, const T **z, const T *) {
            const T *x = job.gates + all.at(t, b, 1) + j;
            T *h = job.h + all.at(t, b, 1) + j;
            _Pragma("omp simd")
            for (long i = 0; i < count; i++) {
                const T y = x[i] + z[0][i];
                h[i] = job.relu ? (y < 0 ? 0 : y) : squash(y);  // a NaN stays
            }
        });
}

template <typename T> static void rnn_gradient(const Members<T> &all) {
    const Job<T> &job = all.job;
    for (long t = job.steps - 1; t >= 0; t--) {
        for (long b = 0; b < all.rows; b++) {
            const long at = all.at(t, b, 1);
            const T *h = job.h + at, *g = job.gh + at;
            T *share = job.shares + at, *to_h = job.to_h + all.at(0, b, 1);
            _Pragma("omp simd")
            for (long i = 0; i < job.width; i++) {
                share[i] = (to_h[i] + g[i]) * (job.relu ? (T)(h[i] > 0) : 1 - h[i] * h[i]);
                to_h[i] = 0;
            }
        }
        all.back(job.shares + all.at(t, 0, 1), 1);
    }
}

#define EXPORT(NAME, T, DTYPE)                                                                    \
    extern "C" void NAME##_##DTYPE(const void *job, long begin, long end) {                       \
        for (long b = begin; b < end; b += GROUP)                                                 \
            NAME(Members<T>(*(const Job<T> *)job, b, least(b + GROUP, end)));                     \
    }
#define EXPORTS(NAME) EXPORT(NAME, float, float32) EXPORT(NAME, double, float64)
EXPORTS(lstm)
EXPORTS(lstm_gradient)
EXPORTS(gru)
EXPORTS(gru_gradient)
EXPORTS(rnn)
EXPORTS(rnn_gradient)
