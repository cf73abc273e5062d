// Cross-entropy of contiguous logits (rows, columns) with one integer label a row: log-softmax and
// negative log-likelihood in one pass, PyTorch's formulas.  A row is a warp's or a block's.
//
//   loss[row] = -(1 - smoothing) * weight[label] * log p[label]
//               - smoothing / columns * sum over k of weight[k] * log p[k]
//
// weight: (columns,), or null for ones.  A label equal to ignored
// gives loss 0 and gradient 0; any other label outside 0 .. columns - 1 gives NaN, both ways, and
// reads nothing.  Losses, weights and the losses' gradients are float (float64 for float64).
// backward: the gradient of the logits from g, that of the losses; row r reads g[r * step].
// mean: the sum of numbers over that of the weights of all labels that are not ignored; a label
// outside weighs nothing.  One block gives the quotient; several give a pair (sum, weight) each,
// of which quotient makes one.
// Reference: tests/test_row_kernels.py, cross_entropy in float64.
#include "rows.cuh"

template <typename T> struct Labels {
    const int64* of_row;
    const Wide<T>* weight;
    int64 columns, ignored;
    Wide<T> smoothing;

    __device__ bool valid(int64 label) const { return label >= 0 && label < columns; }
    __device__ Wide<T> weight_of(int64 label) const { return weight ? weight[label] : 1; }
};

template <typename T>
__device__ void cross_entropy_forward(const T* x, Labels<T> labels, Wide<T>* loss, int64 rows) {
    typedef Wide<T> W;
    FOR_EACH_ROW(row, rows) {
        const T* in = x + row * labels.columns;
        const Peak<W> peak = peak_of_row(in, labels.columns);
        const W log_of_sum = logarithm(peak.sum);
        W smooth = 0;
        if (labels.smoothing != 0) {
            FOR_EACH_COLUMN(k, labels.columns)
                smooth += labels.weight_of(k) * (log_of_sum - (wide(in[k]) - peak.largest));
            smooth = across_row(smooth, Add()) * labels.smoothing / labels.columns;
        }
        if (threadIdx.x != 0) continue;
        const int64 label = labels.of_row[row];
        if (label == labels.ignored) {
            loss[row] = 0;
        } else if (!labels.valid(label)) {
            loss[row] = not_a_number<W>();
        } else {
            const W sharp = log_of_sum - (wide(in[label]) - peak.largest);
            loss[row] = (1 - labels.smoothing) * labels.weight_of(label) * sharp + smooth;
        }
    }
}

template <typename T>
__device__ void cross_entropy_backward(const Wide<T>* g, const T* x, Labels<T> labels, T* gx,
                                       int64 rows, int64 step) {
    typedef Wide<T> W;
    W total = labels.columns;  // of the weights
    if (labels.weight && labels.smoothing != 0) {
        total = 0;
        FOR_EACH_COLUMN(k, labels.columns) total += labels.weight[k];
        total = across_row(total, Add());
    }
    FOR_EACH_ROW(row, rows) {
        const int64 label = labels.of_row[row], start = row * labels.columns;
        const bool counted = label != labels.ignored, valid = labels.valid(label);
        const W sharp = counted && valid ? (1 - labels.smoothing) * labels.weight_of(label) : 0;
        const W smooth = labels.smoothing / labels.columns;
        const W scale = !counted ? 0 : valid ? g[row * step] : not_a_number<W>();
        const Peak<W> peak = peak_of_row(x + start, labels.columns);
        const W log_of_sum = logarithm(peak.sum);
        FOR_EACH_COLUMN(k, labels.columns) {
            const W p = exponential(wide(x[start + k]) - peak.largest - log_of_sum);
            W share = sharp * (k == label ? p - 1 : p);
            if (labels.smoothing != 0) share += smooth * (total * p - labels.weight_of(k));
            gx[start + k] = narrow<T>(counted ? scale * share : 0);
        }
    }
}

template <typename W> __device__ void put_mean(W sum, W weight, W* out) {
    sum = across_row(sum, Add());
    weight = across_row(weight, Add());
    if (threadIdx.x != 0) return;
    if (gridDim.x == 1) {
        out[0] = sum / weight;
    } else {
        out[2 * blockIdx.x] = sum;
        out[2 * blockIdx.x + 1] = weight;
    }
}

template <typename T>
__device__ void cross_entropy_mean(const Wide<T>* numbers, Labels<T> labels, Wide<T>* out,
                                   int64 count, int64 rows, int64 length) {
    const int64 start = blockIdx.x * length;
    const int64 end = start + length < rows ? start + length : rows;
    Wide<T> sum = 0, weight = 0;
    for (int64 row = start + threadIdx.x; row < end; row += blockDim.x) {
        const int64 label = labels.of_row[row];
        if (row < count) sum += numbers[row];
        if (label != labels.ignored && labels.valid(label)) weight += labels.weight_of(label);
    }
    put_mean(sum, weight, out);
}

template <typename W>
__device__ void cross_entropy_quotient(const W* pairs, W* out, int64 count) {
    W sum = 0, weight = 0;
    FOR_EACH_COLUMN(pair, count) {
        sum += pairs[2 * pair];
        weight += pairs[2 * pair + 1];
    }
    put_mean(sum, weight, out);
}

#define STAMP(T)                                                                                  \
    extern "C" __global__ void cross_entropy_forward_##T(                                         \
        const T* x, const int64* label, const Wide<T>* weight, Wide<T>* loss, int64 rows,         \
        int64 columns, int64 ignored, double smoothing) {                                         \
        const Labels<T> labels = {label, weight, columns, ignored, (Wide<T>)smoothing};           \
        cross_entropy_forward<T>(x, labels, loss, rows);                                          \
    }                                                                                             \
    extern "C" __global__ void cross_entropy_backward_##T(                                        \
        const Wide<T>* g, const T* x, const int64* label, const Wide<T>* weight, T* gx,           \
        int64 rows, int64 columns, int64 ignored, int64 step, double smoothing) {                 \
        const Labels<T> labels = {label, weight, columns, ignored, (Wide<T>)smoothing};           \
        cross_entropy_backward<T>(g, x, labels, gx, rows, step);                                  \
    }                                                                                             \
    extern "C" __global__ void cross_entropy_mean_##T(                                            \
        const Wide<T>* numbers, const int64* label, const Wide<T>* weight, Wide<T>* out,          \
        int64 rows, int64 columns, int64 ignored, int64 count, int64 length) {                    \
        const Labels<T> labels = {label, weight, columns, ignored, 0};                            \
        cross_entropy_mean<T>(numbers, labels, out, count, rows, length);                         \
    }                                                                                             \
    extern "C" __global__ void cross_entropy_quotient_##T(const Wide<T>* pairs, Wide<T>* out,     \
                                                          int64 count) {                          \
        cross_entropy_quotient<Wide<T>>(pairs, out, count);                                       \
    }
STAMP(float16)
STAMP(bfloat16)
STAMP(float32)
STAMP(float64)
