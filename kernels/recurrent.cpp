// Recurrent layers on the host: all steps over time, one after another.
//
//   lstm, gru, rnn                the states of all steps, and the gates after their functions
//   lstm_gradient, ...            the gradients of the gates and of the first states
//
// An item of a step is a block of columns of some members: the product of the states before with
// that block of the weight, and then the arithmetic of its gates.  Back through time it is the
// product with the shares of the step after, then those of the step itself.  Threads share out the
// items of a step and go on when all are done; each begins with the same items at every step, whose
// blocks of the weight stay in its cache.
//
// Arrays are contiguous: (steps, members, columns) or (members, width).
// Reference: gpugrad/ops/recurrent.py; tests/test_recurrent.py compares.
#include <cmath>
#include <cstring>
#include <sched.h>

#define GG_APART GG_INLINE
#include "maths.h"

enum { ROWS = 6, GROUP = 48 };  // members of a tile of sums in registers; and of an item at most

template <typename T> struct Job {
    const T *weight, *gates, *h0, *c0, *bias;  // weight: (blocks, gates, taps, BLOCK)
    T *h, *c, *a;
    const T *gh, *gc, *ga;  // null where there is none
    T *shares, *hidden, *to_h, *to_c;
    long *taken, *done;  // zeros; items begun, of each step and worker, and ended, of each step
    long steps, members, width, workers, relu;
};

static long least(long a, long b) { return a < b ? a : b; }

GG_INLINE float squash(float x) { return gg_tanhf(x); }
GG_INLINE double squash(double x) { return std::tanh(x); }
GG_INLINE float sigmoid(float x) { return gg_sigmoidf(x); }

template <typename T> struct Tile {
    typedef T Vector __attribute__((vector_size(32), aligned(sizeof(T))));
    enum { LANES = 32 / sizeof(T), BLOCK = 2 * LANES };

    // to[r][...] = the sum over k of x[r * next + k] * weight[k][...]
    template <int COUNT>
    static void product(const T *x, long next, const T *weight, long taps, T *to) {
        Vector sums[COUNT][2] = {};
        for (long k = 0; k < taps; k++, weight += BLOCK) {
            const Vector left = *(const Vector *)weight, right = *(const Vector *)(weight + LANES);
#pragma GCC unroll 6
            for (long r = 0; r < COUNT; r++)
                sums[r][0] += x[r * next + k] * left, sums[r][1] += x[r * next + k] * right;
        }
        memcpy(to, sums, sizeof sums);
    }

    // The same for any number of rows, in tiles of almost equal size.
    static void products(const T *x, long next, long rows, const T *weight, long taps, T *to) {
        for (long tiles = (rows + ROWS - 1) / ROWS; tiles; tiles--) {
            const long count = (rows + tiles - 1) / tiles;
            switch (count) {
            case 1: product<1>(x, next, weight, taps, to); break;
            case 2: product<2>(x, next, weight, taps, to); break;
            case 3: product<3>(x, next, weight, taps, to); break;
            case 4: product<4>(x, next, weight, taps, to); break;
            case 5: product<5>(x, next, weight, taps, to); break;
            default: product<6>(x, next, weight, taps, to);
            }
            rows -= count, x += count * next, to += count * BLOCK;
        }
    }
};

// ``count`` columns from number ``column`` on of members from number ``first`` on.
template <typename T> struct Item {
    enum { BLOCK = Tile<T>::BLOCK };
    const Job<T> &job;
    long block, first, end, column, count;

    static long groups(const Job<T> &job) { return (job.members + GROUP - 1) / GROUP; }
    static long number(const Job<T> &job) { return (job.width + BLOCK - 1) / BLOCK * groups(job); }

    Item(const Job<T> &job, long i)
        : job(job), block(i / groups(job)), first(i % groups(job) * job.members / groups(job)),
          end((i % groups(job) + 1) * job.members / groups(job)), column(block * BLOCK),
          count(least(job.width - column, BLOCK)) {}

    // Where the columns of a member begin in an array of ``parts`` times the width.
    long at(long t, long b, long parts) const {
        return (t * job.members + b) * parts * job.width + column;
    }

    // Calls ``done`` for every member with the products of x, rows of ``taps`` numbers, and the
    // block of the weight of each gate.
    template <int GATES, typename F> void products(const T *x, long taps, F done) const {
        T sums[GATES][GROUP][BLOCK];
        for (long k = 0; k < GATES; k++)
            Tile<T>::products(x + first * taps, taps, end - first,
                              job.weight + (block * GATES + k) * taps * BLOCK, taps, sums[k][0]);
        for (long b = first; b < end; b++) {
            const T *z[GATES];
            for (long k = 0; k < GATES; k++) z[k] = sums[k][b - first];
            done(b, z);
        }
    }

    // The states before step t: of all members, or of one from the item's first column on.
    const T *before(const T *start, const T *states, long t) const {
        return t ? states + (t - 1) * job.members * job.width : start;
    }
    const T *before(const T *start, const T *states, long t, long b) const {
        return before(start, states, t) + at(0, b, 1);
    }

    // Part k of what comes from outside to step t of a member: zeros where nothing does.
    const T *outer(const T *g, long t, long b, long parts, long k) const {
        static const T nothing[BLOCK] = {};
        return g ? g + at(t, b, parts) + k * job.width : nothing;
    }

    // Adds the product of the shares of step t, (members, taps), and the weight to to_h.
    void back(const T *shares, long t, long taps) const {
        if (t == job.steps) return;
        products<1>(shares + t * job.members * taps, taps, [&](long b, const T **z) {
            T *to = job.to_h + at(0, b, 1);
            for (long i = 0; i < count; i++) to[i] += z[0][i];
        });
    }
};

template <typename T> static void lstm(const Item<T> &item, long t) {
    const Job<T> &job = item.job;
    const long width = job.width;
    auto gates = [&](long b, const T **z) {
        const T *x = job.gates + item.at(t, b, 4), *before = item.before(job.c0, job.c, t, b);
        T *a = job.a + item.at(t, b, 4), *c = job.c + item.at(t, b, 1);
        T *h = job.h + item.at(t, b, 1);
        _Pragma("omp simd")
        for (long i = 0; i < item.count; i++) {
            const T in = sigmoid(x[i] + z[0][i]), keep = sigmoid(x[width + i] + z[1][i]);
            const T cell = squash(x[2 * width + i] + z[2][i]);
            const T out = sigmoid(x[3 * width + i] + z[3][i]);
            a[i] = in, a[width + i] = keep, a[2 * width + i] = cell, a[3 * width + i] = out;
            c[i] = keep * before[i] + in * cell;
            h[i] = out * squash(c[i]);
        }
    };
    item.template products<4>(item.before(job.h0, job.h, t), width, gates);
}

template <typename T> static void lstm_gradient(const Item<T> &item, long back) {
    const Job<T> &job = item.job;
    const long width = job.width, t = job.steps - 1 - back;
    item.back(job.shares, t + 1, 4 * width);
    for (long b = item.first; t >= 0 && b < item.end; b++) {
        const long gate = item.at(t, b, 4), state = item.at(0, b, 1);
        const T *a = job.a + gate, *c = job.c + item.at(t, b, 1);
        const T *before = item.before(job.c0, job.c, t, b);
        const T *gh = item.outer(job.gh, t, b, 1, 0), *gc = item.outer(job.gc, t, b, 1, 0);
        const T *gi = item.outer(job.ga, t, b, 4, 0), *gf = item.outer(job.ga, t, b, 4, 1);
        const T *gg = item.outer(job.ga, t, b, 4, 2), *go = item.outer(job.ga, t, b, 4, 3);
        T *share = job.shares + gate, *to_h = job.to_h + state, *to_c = job.to_c + state;
        _Pragma("omp simd")
        for (long i = 0; i < item.count; i++) {
            const T in = a[i], keep = a[width + i], cell = a[2 * width + i];
            const T out = a[3 * width + i], squashed = squash(c[i]);
            const T h = to_h[i] + gh[i];
            const T to = to_c[i] + gc[i] + h * out * (1 - squashed * squashed);
            share[i] = (to * cell + gi[i]) * in * (1 - in);
            share[width + i] = (to * before[i] + gf[i]) * keep * (1 - keep);
            share[2 * width + i] = (to * in + gg[i]) * (1 - cell * cell);
            share[3 * width + i] = (h * squashed + go[i]) * out * (1 - out);
            to_h[i] = 0, to_c[i] = to * keep;
        }
    }
}

template <typename T> static void gru(const Item<T> &item, long t) {
    const Job<T> &job = item.job;
    const long width = job.width;
    const T *bias = job.bias + item.column;
    auto gates = [&](long b, const T **z) {
        const T *x = job.gates + item.at(t, b, 3), *before = item.before(job.h0, job.h, t, b);
        T *a = job.a + item.at(t, b, 4), *h = job.h + item.at(t, b, 1);
        _Pragma("omp simd")
        for (long i = 0; i < item.count; i++) {
            const T reset = sigmoid(x[i] + z[0][i] + bias[i]);
            const T update = sigmoid(x[width + i] + z[1][i] + bias[width + i]);
            const T hidden = z[2][i] + bias[2 * width + i];
            const T fresh = squash(x[2 * width + i] + reset * hidden);
            a[i] = reset, a[width + i] = update, a[2 * width + i] = fresh;
            a[3 * width + i] = hidden, h[i] = fresh + update * (before[i] - fresh);
        }
    };
    item.template products<3>(item.before(job.h0, job.h, t), width, gates);
}

template <typename T> static void gru_gradient(const Item<T> &item, long back) {
    const Job<T> &job = item.job;
    const long width = job.width, t = job.steps - 1 - back;
    item.back(job.hidden, t + 1, 3 * width);
    for (long b = item.first; t >= 0 && b < item.end; b++) {
        const T *a = job.a + item.at(t, b, 4), *before = item.before(job.h0, job.h, t, b);
        const T *gh = item.outer(job.gh, t, b, 1, 0);
        const T *gr = item.outer(job.ga, t, b, 4, 0), *gz = item.outer(job.ga, t, b, 4, 1);
        const T *gn = item.outer(job.ga, t, b, 4, 2), *gm = item.outer(job.ga, t, b, 4, 3);
        T *share = job.shares + item.at(t, b, 3), *hidden = job.hidden + item.at(t, b, 3);
        T *to_h = job.to_h + item.at(0, b, 1);
        _Pragma("omp simd")
        for (long i = 0; i < item.count; i++) {
            const T reset = a[i], update = a[width + i], fresh = a[2 * width + i];
            const T h = to_h[i] + gh[i];
            const T inner = (h * (1 - update) + gn[i]) * (1 - fresh * fresh);
            const T to_reset = (inner * a[3 * width + i] + gr[i]) * reset * (1 - reset);
            const T to_update = (h * (before[i] - fresh) + gz[i]) * update * (1 - update);
            share[i] = hidden[i] = to_reset, share[width + i] = hidden[width + i] = to_update;
            share[2 * width + i] = inner, hidden[2 * width + i] = inner * reset + gm[i];
            to_h[i] = h * update;
        }
    }
}

template <typename T> static void rnn(const Item<T> &item, long t) {
    const Job<T> &job = item.job;
    auto states = [&](long b, const T **z) {
        const T *x = job.gates + item.at(t, b, 1);
        T *h = job.h + item.at(t, b, 1);
        _Pragma("omp simd")
        for (long i = 0; i < item.count; i++) {
            const T y = x[i] + z[0][i];
            h[i] = job.relu ? (y < 0 ? 0 : y) : squash(y);  // a NaN stays
        }
    };
    item.template products<1>(item.before(job.h0, job.h, t), job.width, states);
}

template <typename T> static void rnn_gradient(const Item<T> &item, long back) {
    const Job<T> &job = item.job;
    const long t = job.steps - 1 - back;
    item.back(job.shares, t + 1, job.width);
    for (long b = item.first; t >= 0 && b < item.end; b++) {
        const T *h = job.h + item.at(t, b, 1), *g = job.gh + item.at(t, b, 1);
        T *share = job.shares + item.at(t, b, 1), *to_h = job.to_h + item.at(0, b, 1);
        _Pragma("omp simd")
        for (long i = 0; i < item.count; i++) {
            share[i] = (to_h[i] + g[i]) * (job.relu ? (T)(h[i] > 0) : 1 - h[i] * h[i]);
            to_h[i] = 0;
        }
    }
}

// What one of the workers does, of whom any number may come: items of its own first, then others'.
template <typename T, typename F>
static void over(const Job<T> &job, long self, long steps, F work) {
    const long items = Item<T>::number(job);
    for (long t = 0; t < steps; t++) {
        for (long k = 0; k < job.workers; k++) {
            const long owner = (self + k) % job.workers;
            long *taken = job.taken + t * job.workers + owner;
            const long begin = owner * items / job.workers;
            const long end = (owner + 1) * items / job.workers;
            for (long i; (i = begin + __atomic_fetch_add(taken, 1, __ATOMIC_RELAXED)) < end;) {
                work(Item<T>(job, i), t);
                __atomic_fetch_add(job.done + t, 1, __ATOMIC_RELEASE);
            }
        }
        for (long i = 0; __atomic_load_n(job.done + t, __ATOMIC_ACQUIRE) < items; i++)
            if (i % 64 == 63) sched_yield();
    }
}

#define EXPORT(NAME, MORE, T, DTYPE)                                                              \
    extern "C" void NAME##_##DTYPE(const void *given, long begin, long end) {                     \
        const Job<T> &job = *(const Job<T> *)given;                                               \
        for (long i = begin; i < end; i++) over(job, i, job.steps + MORE, NAME<T>);               \
    }
#define EXPORTS(NAME)                                                                             \
    EXPORT(NAME, 0, float, float32)                                                               \
    EXPORT(NAME, 0, double, float64)                                                              \
    EXPORT(NAME##_gradient, 1, float, float32)                                                    \
    EXPORT(NAME##_gradient, 1, double, float64)
EXPORTS(lstm)
EXPORTS(gru)
EXPORTS(rnn)
