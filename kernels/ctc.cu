// Connectionist temporal classification: a block a member, whose threads share out the states.
//
//   ctc_loss       less the logarithm of all paths that spell the labels of a member
//   ctc_gradient   that of x, from the losses' own (g); to_x comes full of zeros, and stays so
//                  where no path spells the labels
//
// A state is a label, or the blank before, between or after; what reaches it is the logarithm of
// all paths that do.  Steps follow one another, with a barrier between.
// Arrays are contiguous, x and to_x (steps, members, classes), labels (members, most); one that is
// no class reads NaN.  rows: room for (members, 2, states), or for the gradient (members,
// steps + 3, states), with 2 * most + 1 states in a row.
// Reference: gpugrad/backend/maths/ctc.py; tests/test_ctc_kernels.py compares.
#include "numbers.cuh"

#define FOR_EACH_STATE(s, states) for (int64 s = threadIdx.x; s < (states); s += blockDim.x)

struct Sizes {
    int64 steps, members, classes, most, blank;
};

template <typename W> __device__ W nothing() { return logarithm(W(0)); }  // of no path: -inf

// log(e**a + e**b + e**c), from the largest and what the others are to it; a NaN stays.
template <typename W> __device__ W sum(W a, W b, W c) {
    const W more = a > b ? a : b, less = a > b ? b : a;
    const W most = more > c ? more : c, middle = more > c ? c : more;
    const W base = most == nothing<W>() ? W(0) : most;
    return most + logarithm(1 + exponential(middle - base) + exponential(less - base));
}

template <typename T> struct Member {
    typedef Wide<T> W;
    const T* x;
    const int64 *labels, count;  // count: of labels
    const Sizes& sizes;
    const int64 number, steps, states, width;  // width: of a row
    W* rows;

    __device__ static int64 between(int64 x, int64 most) { return x < 0 ? 0 : x < most ? x : most; }

    __device__ Member(const T* x, const int64* labels, const int64* lengths, const int64* counts,
                      W* rows, int64 room, const Sizes& sizes, int64 n)
        : x(x), labels(labels + n * sizes.most), count(counts[n]), sizes(sizes), number(n),
          steps(between(lengths[n], sizes.steps)), states(2 * between(count, sizes.most) + 1),
          width(2 * sizes.most + 1), rows(rows + n * room * width) {}

    __device__ int64 class_of(int64 s) const { return s % 2 ? labels[s / 2] : sizes.blank; }
    __device__ bool is_class(int64 c) const { return c >= 0 && c < sizes.classes; }
    __device__ int64 at(int64 t, int64 c) const {
        return (t * sizes.members + number) * sizes.classes + c;
    }
    __device__ W emitted(int64 t, int64 s) const {
        const int64 c = class_of(s);
        return is_class(c) ? wide(x[at(t, c)]) : not_a_number<W>();
    }

    // Whether state s may follow that two before it.
    __device__ bool leaps(int64 s) const {
        return s >= 2 && s < states && class_of(s) != class_of(s - 2) && class_of(s) != sizes.blank;
    }
    __device__ bool ends(int64 s) const { return s + 2 >= states; }

    // All paths up to each step that end in each state, the first row before any step; the last
    // ``kept`` rows are there in the end.  Gives the logarithm of all paths to all threads.
    __device__ W forward(int64 kept) const {
        FOR_EACH_STATE(s, states) rows[s] = s ? nothing<W>() : W(0);
        __syncthreads();
        const W* last = rows;
        for (int64 t = 0; t < steps; t++) {
            W* now = rows + (t + 1) % kept * width;
            FOR_EACH_STATE(s, states) {
                const W one = s ? last[s - 1] : nothing<W>();
                const W two = leaps(s) ? last[s - 2] : nothing<W>();
                now[s] = emitted(t, s) + sum(last[s], one, two);
            }
            last = now;
            __syncthreads();
        }
        if (states != 2 * count + 1) return nothing<W>();
        return sum(last[states - 1], count ? last[states - 2] : nothing<W>(), nothing<W>());
    }

    // The share of each state in each step, in the rows of ``forward``; two rows behind those are
    // the paths that begin in each state, of this step and of the one after.
    __device__ void backward(W total) const {
        __syncthreads();  // all have read the last row
        const W* next = nullptr;
        for (int64 t = steps - 1; t >= 0; t--) {
            W *share = rows + (t + 1) * width, *now = rows + (sizes.steps + 1 + t % 2) * width;
            FOR_EACH_STATE(s, states) {
                W beta = ends(s) ? W(0) : nothing<W>();
                if (next)
                    beta = sum(next[s], s + 1 < states ? next[s + 1] : nothing<W>(),
                               leaps(s + 2) ? next[s + 2] : nothing<W>());
                share[s] = exponential(share[s] + beta - total);
                now[s] = emitted(t, s) + beta;
            }
            next = now;
            __syncthreads();
        }
    }

    // The states of a class are added up in their order, by the thread that has the first.
    __device__ void add(W g, T* to_x) const {
        FOR_EACH_STATE(i, steps * states) {
            const int64 t = i / states, first = i % states, c = class_of(first);
            int64 s = 0;
            while (class_of(s) != c) s++;
            if (s < first || !is_class(c)) continue;
            W all = 0;
            for (; s < states; s++)
                if (class_of(s) == c) all += rows[(t + 1) * width + s];
            to_x[at(t, c)] = narrow<T>(-g * all);
        }
    }
};

#define FOR_EACH_MEMBER(n, members) for (int64 n = blockIdx.x; n < (members); n += gridDim.x)

template <typename T>
__device__ void ctc_loss(const T* x, const int64* labels, const int64* lengths,
                         const int64* counts, T* losses, Wide<T>* rows, const Sizes& sizes) {
    FOR_EACH_MEMBER(n, sizes.members) {
        const Member<T> member(x, labels, lengths, counts, rows, 2, sizes, n);
        const Wide<T> total = member.forward(2);
        if (threadIdx.x == 0) losses[n] = narrow<T>(-total);
    }
}

template <typename T>
__device__ void ctc_gradient(const T* x, const int64* labels, const int64* lengths,
                             const int64* counts, const T* g, T* to_x, Wide<T>* rows,
                             const Sizes& sizes) {
    FOR_EACH_MEMBER(n, sizes.members) {
        const Member<T> member(x, labels, lengths, counts, rows, sizes.steps + 3, sizes, n);
        const Wide<T> total = member.forward(sizes.steps + 1);
        if (total == nothing<Wide<T>>()) continue;
        member.backward(total);
        member.add(wide(g[n]), to_x);
    }
}

#define GIVEN(T) const T *x, const int64 *labels, const int64 *lengths, const int64 *counts
#define SIZES int64 steps, int64 members, int64 classes, int64 most, int64 blank
#define STAMP(T)                                                                                  \
    extern "C" __global__ void ctc_loss_##T(GIVEN(T), T* losses, Wide<T>* rows, SIZES) {          \
        ctc_loss<T>(x, labels, lengths, counts, losses, rows,                                     \
                    {steps, members, classes, most, blank});                                      \
    }                                                                                             \
    extern "C" __global__ void ctc_gradient_##T(GIVEN(T), const T* g, T* to_x, Wide<T>* rows,     \
                                                SIZES) {                                          \
        ctc_gradient<T>(x, labels, lengths, counts, g, to_x, rows,                                \
                        {steps, members, classes, most, blank});                                  \
    }
STAMP(float16)
STAMP(bfloat16)
STAMP(float32)
STAMP(float64)
