// Connectionist temporal classification on the host, a member at a time.
//
//   loss       less the logarithm of all paths that spell the labels of a member
//   gradient   that of x, from the losses' own (g); 0 where no path spells the labels
//
// A state is a label, or the blank before, between or after.  The states of a step lie side by side
// and are computed in vectors: two -inf stand before those of paths that end in a state, and behind
// those of paths that begin in one, so that all states have two neighbours.
// Arrays are contiguous, x and to_x (steps, members, classes), labels (members, most) of classes.
// Reference: gpugrad/backend/maths/ctc.py; tests/test_ctc_kernels.py compares.
#include <cmath>
#include <cstring>

#define GG_APART GG_INLINE
#include "maths.h"
#include "scratch.h"

template <typename T> struct Job {
    const T *x, *g;
    const long *labels, *lengths, *counts;  // counts: of labels
    T *losses, *to_x;
    long steps, members, classes, most, blank;
};

static long between(long x, long low, long high) { return x < low ? low : x > high ? high : x; }

GG_INLINE float exponential(float x) { return gg_expf(x); }
GG_INLINE double exponential(double x) { return std::exp(x); }
GG_INLINE float log_of_more(float x) { return gg_log1pf(x); }
GG_INLINE double log_of_more(double x) { return std::log1p(x); }

// log(e**a + e**b + e**c), from the largest and what the others are to it; a NaN stays.
template <typename T> GG_INLINE T sum(T a, T b, T c) {
    const T more = a > b ? a : b, less = a > b ? b : a;
    const T most = more > c ? more : c, middle = more > c ? c : more;
    const T base = most == -(T)GG_INFINITY ? 0 : most;
    return most + log_of_more(exponential(middle - base) + exponential(less - base));
}

template <typename T> struct Member {
    enum { BESIDE = 2 };  // -inf beside a row
    const Job<T> &job;
    const long number, steps, count, states, row;  // row: elements from one to the next
    Scratch<long> classes;
    Scratch<T> leaps, emitted;  // leaps: 0 for a state that may follow that two before

    Member(const Job<T> &job, long n)
        : job(job), number(n), steps(between(job.lengths[n], 0, job.steps)),
          count(between(job.counts[n], 0, job.most)), states(2 * count + 1), row(states + BESIDE),
          classes(states, job.blank), leaps(row, -(T)GG_INFINITY), emitted(states) {
        for (long s = 1; s < states; s += 2) {
            classes[s] = job.labels[n * job.most + s / 2];
            const long before = s > 1 ? classes[s - 2] : job.blank;
            if (classes[s] != before && classes[s] != job.blank) leaps[s] = 0;
        }
    }

    long at(long t) const { return (t * job.members + number) * job.classes; }

    // The logarithm of each state's class at a step.
    const T *emit(long t) {
        const T *x = job.x + at(t);
        for (long s = 0; s < states; s++) emitted[s] = x[classes[s]];
        return emitted.data();
    }

    // All paths up to each step that end in each state, the first row before any step, in rows of
    // -inf; the last ``kept`` are there in the end.  Gives the logarithm of all paths.
    T forward(Scratch<T> &rows, long kept) {
        T *now = rows.data() + BESIDE;
        *now = 0;
        for (long t = 0; t < steps; t++) {
            const T *last = now, *x = emit(t), *leap = leaps.data();
            now = rows.data() + (t + 1) % kept * row + BESIDE;
            _Pragma("omp simd")
            for (long s = 0; s < states; s++)
                now[s] = x[s] + sum(last[s], last[s - 1], last[s - 2] + leap[s]);
        }
        const bool whole = count == job.counts[number];
        return whole ? sum(now[states - 1], now[states - 2], -(T)GG_INFINITY) : -(T)GG_INFINITY;
    }
};

template <typename T> static void loss(const Job<T> &job, long n) {
    Member<T> member(job, n);
    Scratch<T> rows(2 * member.row, -(T)GG_INFINITY);
    job.losses[n] = -member.forward(rows, 2);
}

template <typename T> static void gradient(const Job<T> &job, long n) {
    Member<T> member(job, n);
    const long states = member.states, bytes = job.classes * sizeof(T);
    for (long t = 0; t < job.steps; t++) memset(job.to_x + member.at(t), 0, bytes);
    const T none = -(T)GG_INFINITY;
    Scratch<T> rows((member.steps + 1) * member.row, none), shares(states);
    Scratch<T> after(member.row, none), beta(member.row, none);
    const T total = member.forward(rows, member.steps + 1), g = job.g[n];
    if (total == none) return;
    for (long s = states > 1 ? states - 2 : 0; s < states; s++) beta[s] = 0;
    for (long t = member.steps - 1; t >= 0; t--) {
        const T *alpha = rows.data() + (t + 1) * member.row + Member<T>::BESIDE;
        const T *x = member.emit(t), *leap = member.leaps.data();
        T *share = shares.data(), *next = after.data(), *to = beta.data();
        _Pragma("omp simd")
        for (long s = 0; s < states; s++) {
            share[s] = g * exponential(alpha[s] + to[s] - total);
            next[s] = x[s] + to[s];
        }
        for (long s = 0; s < states; s++) job.to_x[member.at(t) + member.classes[s]] -= share[s];
        _Pragma("omp simd")
        for (long s = 0; s < states; s++)
            to[s] = sum(next[s], next[s + 1], next[s + 2] + leap[s + 2]);
    }
}

#define EXPORT(NAME, T, DTYPE)                                                                    \
    extern "C" void NAME##_##DTYPE(const void *job, long begin, long end) {                       \
        for (long n = begin; n < end; n++) NAME(*(const Job<T> *)job, n);                         \
    }
EXPORT(loss, float, float32)
EXPORT(loss, double, float64)
EXPORT(gradient, float, float32)
EXPORT(gradient, double, float64)
