// Cross-entropy of contiguous logits (rows, columns) with one integer label a row: log-softmax and
// negative log-likelihood in one pass, PyTorch's formulas.  A row is a warp's or a block's.
//
//   loss[row] = -(1 - smoothing) * weight[label] * log p[label]
//               - smoothing / columns * sum over k of weight[k] * log p[k]
//
// weight: (columns,), or null for ones.  A label equal to ignored
// gives loss 0 and gradient 0; any other label outside 0 .. columns - 1 gives NaN, both ways, and
// reads nothing.  Losses, statistics, weights and the losses' gradients are float (float64 for
// float64).  forward keeps largest and log_sum (rows,), if not null: log p = x - largest - log_sum.
// backward: the gradient of the logits from the gradient g (rows,) of the losses; where largest and
// log_sum are null, they are found again.
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
__device__ void cross_entropy_forward(const T* x, Labels<T> labels, Wide<T>* loss,
                                      Wide<T>* largest, Wide<T>* log_sum, int64 rows) {
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
        if (largest) largest[row] = peak.largest;
        if (log_sum) log_sum[row] = log_of_sum;
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
__device__ void cross_entropy_backward(const Wide<T>* g, const T* x, Labels<T> labels,
                                       const Wide<T>* largest, const Wide<T>* log_sum, T* gx,
                                       int64 rows) {
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
        const W scale = !counted ? 0 : valid ? g[row] : not_a_number<W>();
        Peak<W> peak = {0, 0};
        if (!largest) peak = peak_of_row(x + start, labels.columns);
        const W top = largest ? largest[row] : peak.largest;
        const W log_of_sum = largest ? log_sum[row] : logarithm(peak.sum);
        FOR_EACH_COLUMN(k, labels.columns) {
            const W p = exponential(wide(x[start + k]) - top - log_of_sum);
            W share = sharp * (k == label ? p - 1 : p);
            if (labels.smoothing != 0) share += smooth * (total * p - labels.weight_of(k));
            gx[start + k] = narrow<T>(counted ? scale * share : 0);
        }
    }
}

#define STAMP(T)                                                                                  \
    extern "C" __global__ void cross_entropy_forward_##T(                                         \
        const T* x, const int64* label, const Wide<T>* weight, Wide<T>* loss,                     \
        Wide<T>* largest, Wide<T>* log_sum, int64 rows, int64 columns, int64 ignored,             \
        Wide<T> smoothing) {                                                                      \
        const Labels<T> labels = {label, weight, columns, ignored, smoothing};                    \
        cross_entropy_forward<T>(x, labels, loss, largest, log_sum, rows);                        \
    }                                                                                             \
    extern "C" __global__ void cross_entropy_backward_##T(                                        \
        const Wide<T>* g, const T* x, const int64* label, const Wide<T>* weight,                  \
        const Wide<T>* largest, const Wide<T>* log_sum, T* gx, int64 rows, int64 columns,         \
        int64 ignored, Wide<T> smoothing) {                                                       \
        const Labels<T> labels = {label, weight, columns, ignored, smoothing};                    \
        cross_entropy_backward<T>(g, x, labels, largest, log_sum, gx, rows);                      \
    }
STAMP(float16)
STAMP(bfloat16)
STAMP(float32)
STAMP(float64)
