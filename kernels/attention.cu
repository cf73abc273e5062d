// Attention, a tile of rows against tiles of COLUMNS rows at a time: no matrix of scores exists.
//
//   scores[q, k] = scale * (query[q] . key[k]) + bias[q, k], -inf for k > q if causal
//   attention_forward   y[q] = sum over k of e**(scores[q, k] - total[q]) * value[k]
//                       total[q] = log of the sum over k of e**scores[q, k], 0 where all are -inf
//   attention_to_query  the gradient of query from that of y, g, and mean[q] = g[q] . y[q] less the
//                       gradient of total[q]
//   attention_to_key    those of key and value
//
// Query, key, value and what belongs to them are contiguous (items, rows, columns) with up to MOST
// columns; bias lies anywhere, or is null.  All is computed in float; total and mean are float.
// A block has 32 x 8 threads: a warp owns ROWS / 8 rows of a tile, a thread a column of the scores
// and every 32nd column of a result.  Each result is one thread's, in a fixed order.
// Blocks: x over tiles of rows, y over items.
// Reference: gpugrad/ops/attention.py; tests/test_attention_kernels.py compares.
#include "across.cuh"
#include "numbers.cuh"

#define ROWS 16
#define EACH 2  // rows of a warp: ROWS / 8
#define COLUMNS 32
#define MOST 128
#define PARTS 4  // MOST / 32
#define LINE (MOST + 1)  // floats from row to row of a tile: neighbours lie in different banks

struct Attention {
    int64 items, inner, queries, keys;
    int64 bias_outer, bias_inner, bias_row, bias_column;
    int width, values, causal;
    float scale;
};

// Shared memory is declared outside of templates: see across.cuh.
#define SHARED(NAME, COUNT)            \
    __device__ inline float* NAME() {  \
        __shared__ float tile[COUNT];  \
        return tile;                   \
    }
SHARED(rows_a, ROWS * LINE)
SHARED(rows_b, ROWS * LINE)
SHARED(columns_tile, COLUMNS * LINE)
SHARED(weights_tile, ROWS * (COLUMNS + 1))

// Rows ``first`` .. of a matrix as a tile of ``most`` rows, with zeros behind the last.
template <typename T>
__device__ void load(const T* from, int64 first, int64 rows, int width, float* to, int most) {
    for (int i = threadIdx.y * 32 + threadIdx.x; i < most * width; i += 256) {
        const int row = i / width, column = i % width;
        const bool there = first + row < rows;
        to[row * LINE + column] = there ? wide(from[(first + row) * width + column]) : 0.0f;
    }
}

// Products of this warp's rows with this thread's row of the other tile.
__device__ inline void multiply(const float* rows, const float* columns, int width,
                                float (&sums)[EACH]) {
    for (int r = 0; r < EACH; r++) sums[r] = 0;
    for (int w = 0; w < width; w++) {
        const float column = columns[threadIdx.x * LINE + w];
        for (int r = 0; r < EACH; r++)
            sums[r] += rows[(threadIdx.y * EACH + r) * LINE + w] * column;
    }
}

// Adds weights of this warp's rows times the rows of the other tile.
__device__ inline void collect(const float* weights, const float* columns, int width,
                               float (&sums)[EACH][PARTS]) {
    for (int k = 0; k < COLUMNS; k++)
        for (int r = 0; r < EACH; r++) {
            const float weight = weights[(threadIdx.y * EACH + r) * (COLUMNS + 1) + k];
            for (int p = 0; p < PARTS; p++)
                if (threadIdx.x + 32 * p < width)
                    sums[r][p] += weight * columns[k * LINE + threadIdx.x + 32 * p];
        }
}

__device__ inline void keep(float* weights, const float (&values)[EACH]) {
    for (int r = 0; r < EACH; r++)
        weights[(threadIdx.y * EACH + r) * (COLUMNS + 1) + threadIdx.x] = values[r];
}

template <typename T>
__device__ void store(T* to, int64 first, int64 rows, int width, const float (&sums)[EACH][PARTS],
                      const float (&factors)[EACH]) {
    for (int r = 0; r < EACH; r++) {
        const int64 row = first + threadIdx.y * EACH + r;
        for (int p = 0; p < PARTS; p++) {
            const int column = threadIdx.x + 32 * p;
            if (row < rows && column < width)
                to[row * width + column] = narrow<T>(sums[r][p] * factors[r]);
        }
    }
}

// The score of a query and a key; -inf beyond the last of either.
template <typename T>
__device__ float score(const Attention& a, const T* bias, int64 item, int64 q, int64 k, float dot) {
    const float lowest = logarithm(0.0f);
    if (q >= a.queries || k >= a.keys || (a.causal && k > q)) return lowest;
    const int64 at = item / a.inner * a.bias_outer + item % a.inner * a.bias_inner;
    const float more = bias ? wide(bias[at + q * a.bias_row + k * a.bias_column]) : 0.0f;
    return dot * a.scale + more;
}

__device__ inline int64 seen(const Attention& a, int64 first) {
    return a.causal && first + ROWS < a.keys ? first + ROWS : a.keys;
}

#define FOR_EACH_ITEM(item) \
    for (int64 item = blockIdx.y; item < a.items; item += gridDim.y)

template <typename T>
__device__ void forward(const T* query, const T* key, const T* value, const T* bias, T* y,
                        float* total, const Attention& a) {
    float *queries = rows_a(), *tile = columns_tile(), *weights = weights_tile();
    const int64 first = blockIdx.x * (int64)ROWS;
    FOR_EACH_ITEM(item) {
        float sums[EACH][PARTS] = {}, most[EACH], whole[EACH] = {}, dots[EACH], factors[EACH];
        for (int r = 0; r < EACH; r++) most[r] = Lowest<float>::value;
        load(query + item * a.queries * a.width, first, a.queries, a.width, queries, ROWS);
        for (int64 start = 0; start < seen(a, first); start += COLUMNS) {
            __syncthreads();
            load(key + item * a.keys * a.width, start, a.keys, a.width, tile, COLUMNS);
            __syncthreads();
            multiply(queries, tile, a.width, dots);
            for (int r = 0; r < EACH; r++) {
                const int64 q = first + threadIdx.y * EACH + r;
                const float here = score(a, bias, item, q, start + threadIdx.x, dots[r]);
                const float largest = across_lanes(here, Largest(), 32);
                const float base = largest > most[r] || largest != largest ? largest : most[r];
                const float factor = exponential(most[r] - base);
                dots[r] = exponential(here - base);
                whole[r] = whole[r] * factor + across_lanes(dots[r], Add(), 32);
                most[r] = base;
                for (int p = 0; p < PARTS; p++) sums[r][p] *= factor;
            }
            keep(weights, dots);
            __syncthreads();
            load(value + item * a.keys * a.values, start, a.keys, a.values, tile, COLUMNS);
            __syncthreads();
            collect(weights, tile, a.values, sums);
        }
        for (int r = 0; r < EACH; r++) {
            const int64 q = first + threadIdx.y * EACH + r;
            factors[r] = whole[r] == 0 ? 0.0f : 1 / whole[r];
            if (threadIdx.x == 0 && q < a.queries)
                total[item * a.queries + q] = whole[r] == 0 ? 0.0f : most[r] + logarithm(whole[r]);
        }
        store(y + item * a.queries * a.values, first, a.queries, a.values, sums, factors);
        __syncthreads();
    }
}

template <typename T>
__device__ void to_query(const T* query, const T* key, const T* value, const T* bias, const T* g,
                         const float* total, const float* mean, T* share, const Attention& a) {
    float *queries = rows_a(), *gradients = rows_b(), *tile = columns_tile();
    float* weights = weights_tile();
    const int64 first = blockIdx.x * (int64)ROWS;
    FOR_EACH_ITEM(item) {
        float sums[EACH][PARTS] = {}, dots[EACH], changes[EACH], factors[EACH];
        load(query + item * a.queries * a.width, first, a.queries, a.width, queries, ROWS);
        load(g + item * a.queries * a.values, first, a.queries, a.values, gradients, ROWS);
        for (int64 start = 0; start < seen(a, first); start += COLUMNS) {
            __syncthreads();
            load(value + item * a.keys * a.values, start, a.keys, a.values, tile, COLUMNS);
            __syncthreads();
            multiply(gradients, tile, a.values, changes);
            __syncthreads();
            load(key + item * a.keys * a.width, start, a.keys, a.width, tile, COLUMNS);
            __syncthreads();
            multiply(queries, tile, a.width, dots);
            for (int r = 0; r < EACH; r++) {
                const int64 q = first + threadIdx.y * EACH + r, k = start + threadIdx.x;
                const bool there = q < a.queries && k < a.keys;
                const int64 at = item * a.queries + q;
                const float here = score(a, bias, item, q, k, dots[r]);
                changes[r] = there ? exponential(here - total[at]) * (changes[r] - mean[at]) : 0.0f;
            }
            keep(weights, changes);
            __syncthreads();
            collect(weights, tile, a.width, sums);
        }
        for (int r = 0; r < EACH; r++) factors[r] = a.scale;
        store(share + item * a.queries * a.width, first, a.queries, a.width, sums, factors);
        __syncthreads();
    }
}

template <typename T>
__device__ void to_key(const T* query, const T* key, const T* value, const T* bias, const T* g,
                       const float* total, const float* mean, T* key_share, T* value_share,
                       const Attention& a) {
    float *keys = rows_a(), *values = rows_b(), *tile = columns_tile(), *weights = weights_tile();
    const int64 first = blockIdx.x * (int64)ROWS;
    FOR_EACH_ITEM(item) {
        float of_key[EACH][PARTS] = {}, of_value[EACH][PARTS] = {}, dots[EACH], changes[EACH];
        float factors[EACH], ones[EACH];
        load(key + item * a.keys * a.width, first, a.keys, a.width, keys, ROWS);
        load(value + item * a.keys * a.values, first, a.keys, a.values, values, ROWS);
        const int64 begin = a.causal ? first / COLUMNS * COLUMNS : 0;
        for (int64 start = begin; start < a.queries; start += COLUMNS) {
            __syncthreads();
            load(query + item * a.queries * a.width, start, a.queries, a.width, tile, COLUMNS);
            __syncthreads();
            multiply(keys, tile, a.width, dots);
            const int64 q = start + threadIdx.x, at = item * a.queries + q;
            for (int r = 0; r < EACH; r++) {
                const int64 k = first + threadIdx.y * EACH + r;
                const float here = score(a, bias, item, q, k, dots[r]);
                dots[r] = q < a.queries ? exponential(here - total[at]) : 0.0f;
            }
            keep(weights, dots);
            __syncthreads();
            load(g + item * a.queries * a.values, start, a.queries, a.values, tile, COLUMNS);
            __syncthreads();
            multiply(values, tile, a.values, changes);
            collect(weights, tile, a.values, of_value);
            for (int r = 0; r < EACH; r++)
                changes[r] = q < a.queries ? dots[r] * (changes[r] - mean[at]) : 0.0f;
            __syncthreads();
            keep(weights, changes);
            load(query + item * a.queries * a.width, start, a.queries, a.width, tile, COLUMNS);
            __syncthreads();
            collect(weights, tile, a.width, of_key);
        }
        for (int r = 0; r < EACH; r++) factors[r] = a.scale, ones[r] = 1;
        store(key_share + item * a.keys * a.width, first, a.keys, a.width, of_key, factors);
        store(value_share + item * a.keys * a.values, first, a.keys, a.values, of_value, ones);
        __syncthreads();
    }
}

#define STAMP(T)                                                                                  \
    extern "C" __global__ void attention_forward_##T(const T* query, const T* key,                \
                                                     const T* value, const T* bias, T* y,         \
                                                     float* total, const Attention a) {           \
        forward<T>(query, key, value, bias, y, total, a);                                         \
    }                                                                                             \
    extern "C" __global__ void attention_to_query_##T(                                            \
        const T* query, const T* key, const T* value, const T* bias, const T* g,                  \
        const float* total, const float* mean, T* share, const Attention a) {                     \
        to_query<T>(query, key, value, bias, g, total, mean, share, a);                           \
    }                                                                                             \
    extern "C" __global__ void attention_to_key_##T(                                              \
        const T* query, const T* key, const T* value, const T* bias, const T* g,                  \
        const float* total, const float* mean, T* key_share, T* value_share,                      \
        const Attention a) {                                                                      \
        to_key<T>(query, key, value, bias, g, total, mean, key_share, value_share, a);            \
    }
STAMP(float16)
STAMP(bfloat16)
STAMP(float32)
