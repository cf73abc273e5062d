// Attention on the host, a block of queries against a block of keys at a time: no matrix of all
// scores exists.
//
//   scores[q, k] = scale * (query[q] . key[k]) + bias[q, k], -inf for k > q if causal
//   forward    y[q] = sum over k of e**(scores[q, k] - total[q]) * value[k]
//              total[q] = log of the sum over k of e**scores[q, k]; 0 where all scores are -inf
//   backward   the gradients of query, key and value from those of y and total
//
// Blocks of scores are transposed, (keys, queries): a lane of a vector is a query, so that maxima
// and sums need no steps across lanes, and only the small block of queries has to be turned for the
// products.  An item is one of outer * inner stacks (a batch and its heads).  Rows are contiguous,
// of whole blocks of columns; items and rows may lie anywhere.
// Reference: gpugrad/ops/attention.py; tests/test_attention.py compares.
#include <cmath>
#include <cstdlib>
#include <cstring>

#define GG_APART GG_INLINE
#include "maths.h"

template <typename T> struct Vectors {
    typedef T type __attribute__((vector_size(32), aligned(sizeof(T))));
};

enum { ROWS = 6, QUERIES = 48, KEYS = 96 };  // of a tile; of a block, in tiles and vectors

struct Matrices {  // (outer, inner, rows, columns)
    char *at;
    long outer, inner, row;  // strides in bytes
};

struct Job {
    Matrices query, key, value, y, total, bias, g, share, query_share, key_share, value_share;
    long bias_column;  // bytes; total and share have one element a row
    long inner, queries, keys, width, values;  // width: of a query and a key; values: of a value
    double scale;
    long causal;
};

static long least(long a, long b) { return a < b ? a : b; }

static inline float exponential(float x) { return gg_expf(x); }
static inline double exponential(double x) { return std::exp(x); }

// The matrix of one item; null where there is none.
template <typename T> struct Matrix {
    T *at;
    long row;
    Matrix(const Job &job, const Matrices &all, long item)
        : at(all.at ? (T *)(all.at + item / job.inner * all.outer + item % job.inner * all.inner)
                    : nullptr),
          row(all.row / (long)sizeof(T)) {}
    T *operator[](long i) const { return at + i * row; }
};

template <typename T> struct Tile {
    typedef typename Vectors<T>::type Vector;
    enum { LANES = 32 / sizeof(T), BLOCK = 2 * LANES };

    // sums[r] += the sum over k of a[r][k * step] * b[k * next ...]
    static inline void add(const T *const (&a)[ROWS], long step, const T *b, long next, long count,
                           Vector (&sums)[ROWS][2]) {
        Vector part[ROWS][2];
        memcpy(part, sums, sizeof part);
        for (long k = 0; k < count; k++, b += next) {
            const Vector left = *(const Vector *)b, right = *(const Vector *)(b + LANES);
#pragma GCC unroll 6
            for (long r = 0; r < ROWS; r++) {
                const T factor = a[r][k * step];
                part[r][0] += factor * left, part[r][1] += factor * right;
            }
        }
        memcpy(sums, part, sizeof part);
    }
};

// to[i][j] = sum over k of a[i * across + k * down] * b[k * next + j], added to what is there if
// MORE; whole blocks of columns j are computed.
template <bool MORE, typename T>
static void product(const T *a, long across, long down, const T *b, long next, long count,
                    long rows, long columns, T *to, long row) {
    typedef Tile<T> Tile;
    for (long i = 0; i < rows; i += ROWS) {
        const long here = least(ROWS, rows - i);
        const T *from[ROWS];
        for (long r = 0; r < ROWS; r++) from[r] = a + (i + least(r, here - 1)) * across;
        for (long j = 0; j < columns; j += Tile::BLOCK) {
            typename Tile::Vector sums[ROWS][2] = {};
            for (long r = 0; MORE && r < here; r++)
                memcpy(sums[r], to + (i + r) * row + j, sizeof *sums);
            Tile::add(from, down, b + j, next, count, sums);
            for (long r = 0; r < here; r++) memcpy(to + (i + r) * row + j, sums[r], sizeof *sums);
        }
    }
}

// A block of queries, and what is computed for it.
template <typename T> struct Block {
    enum { BLOCK = Tile<T>::BLOCK };
    const Job &job;
    const Matrix<T> bias;
    long first, rows, lanes;  // lanes: rows rounded up; what is behind the last one means nothing

    Block(const Job &job, long item, long first)
        : job(job), bias(job, job.bias, item), first(first),
          rows(least(QUERIES, job.queries - first)), lanes((rows + BLOCK - 1) / BLOCK * BLOCK) {}

    // Number of keys that some query of the block sees.
    long seen() const { return job.causal ? least(job.keys, first + rows) : job.keys; }

    // to[column][lane] = factor * from[first + lane][column]
    void turn(const Matrix<T> &from, long columns, T factor, T *to) const {
        for (long c = 0; c < columns; c++)
            for (long q = 0; q < lanes; q++)
                to[c * QUERIES + q] = q < rows ? factor * from[first + q][c] : 0;
    }

    // scores[k][lane] of ``count`` keys from ``start``; query: turned and scaled
    void scores(const Matrix<T> &key, const T *query, long start, long count, T *scores) const {
        product<false>(key[start], key.row, 1L, query, (long)QUERIES, job.width, count, lanes,
                       scores, (long)QUERIES);
        if (bias.at)
            for (long q = 0; q < rows; q++) {
                const char *from = (const char *)bias[first + q] + start * job.bias_column;
                for (long k = 0; k < count; k++)
                    scores[k * QUERIES + q] += *(const T *)(from + k * job.bias_column);
            }
        if (job.causal)
            for (long k = first > start ? first - start : 0; k < count; k++)
                for (long q = 0; q < least(rows, start + k - first); q++)
                    scores[k * QUERIES + q] = -(T)GG_INFINITY;
    }
};

// Scores become exponentials of what they are above the largest so far; sums and what was added up
// from earlier keys (to) are brought to the new largest.
template <typename T>
static void weigh(const Block<T> &block, long count, long values, T *scores, T *most, T *sums,
                  T *to) {
    const long lanes = block.lanes;
    T shift[QUERIES], factor[QUERIES];
    for (long q = 0; q < lanes; q++) shift[q] = most[q];
    for (long k = 0; k < count; k++)
        for (long q = 0; q < lanes; q++) {
            const T score = scores[k * QUERIES + q];
            most[q] = score > most[q] ? score : most[q];
        }
    for (long q = 0; q < lanes; q++) {
        const T base = most[q] == -(T)GG_INFINITY ? 0 : most[q];
        factor[q] = exponential(shift[q] - base), shift[q] = base, sums[q] *= factor[q];
    }
    for (long k = 0; k < count; k++) {
        _Pragma("omp simd")
        for (long q = 0; q < lanes; q++) {
            const T weight = exponential(scores[k * QUERIES + q] - shift[q]);
            scores[k * QUERIES + q] = weight, sums[q] += weight;
        }
    }
    for (long q = 0; q < block.rows; q++)
        for (long j = 0; j < values; j++) to[q * values + j] *= factor[q];
}

template <typename T> static void forward(const Job &job, long item) {
    const Matrix<T> query(job, job.query, item), key(job, job.key, item);
    const Matrix<T> value(job, job.value, item), y(job, job.y, item), total(job, job.total, item);
    const long width = job.width, values = job.values;
    T *turned = (T *)malloc((QUERIES * (width + values) + KEYS * QUERIES) * sizeof(T));
    T *scores = turned + QUERIES * width, *to = scores + KEYS * QUERIES;
    for (long first = 0; first < job.queries; first += QUERIES) {
        const Block<T> block(job, item, first);
        T most[QUERIES], sums[QUERIES] = {};
        for (long q = 0; q < QUERIES; q++) most[q] = -(T)GG_INFINITY;
        memset(to, 0, QUERIES * values * sizeof(T));
        block.turn(query, width, (T)job.scale, turned);
        for (long start = 0; start < block.seen(); start += KEYS) {
            const long count = least(KEYS, block.seen() - start);
            block.scores(key, turned, start, count, scores);
            weigh(block, count, values, scores, most, sums, to);
            product<true>(scores, 1L, (long)QUERIES, value[start], value.row, count, block.rows,
                          values, to, values);
        }
        for (long q = 0; q < block.rows; q++) {
            const bool none = sums[q] == 0;
            *total[first + q] = none ? 0 : most[q] + std::log(sums[q]);
            for (long j = 0; j < values; j++)
                y[first + q][j] = to[q * values + j] / (none ? 1 : sums[q]);
        }
    }
    free(turned);
}

template <typename T> static void backward(const Job &job, long item) {
    const Matrix<T> query(job, job.query, item), key(job, job.key, item);
    const Matrix<T> value(job, job.value, item), y(job, job.y, item), total(job, job.total, item);
    const Matrix<T> g(job, job.g, item), share(job, job.share, item);
    const Matrix<T> to_query(job, job.query_share, item), to_key(job, job.key_share, item);
    const Matrix<T> to_value(job, job.value_share, item);
    const long width = job.width, values = job.values;
    T *turned = (T *)malloc((QUERIES * (width + values) + 2 * KEYS * QUERIES) * sizeof(T));
    T *weights = turned + QUERIES * width, *shares = weights + KEYS * QUERIES;
    T *turned_g = shares + KEYS * QUERIES;
    for (long k = 0; k < job.keys; k++) {
        memset(to_key[k], 0, width * sizeof(T));
        memset(to_value[k], 0, values * sizeof(T));
    }
    for (long first = 0; first < job.queries; first += QUERIES) {
        const Block<T> block(job, item, first);
        T logs[QUERIES] = {}, means[QUERIES] = {};
        for (long q = 0; q < block.rows; q++) {
            logs[q] = *total[first + q], means[q] = share.at ? -*share[first + q] : 0;
            for (long j = 0; j < values; j++) means[q] += g[first + q][j] * y[first + q][j];
            memset(to_query[first + q], 0, width * sizeof(T));
        }
        block.turn(query, width, (T)job.scale, turned);
        block.turn(g, values, 1, turned_g);
        for (long start = 0; start < block.seen(); start += KEYS) {
            const long count = least(KEYS, block.seen() - start);
            block.scores(key, turned, start, count, weights);
            product<false>(value[start], value.row, 1L, turned_g, (long)QUERIES, values, count,
                           block.lanes, shares, (long)QUERIES);
            for (long k = 0; k < count; k++) {
                T *weight = weights + k * QUERIES, *score = shares + k * QUERIES;
                _Pragma("omp simd")
                for (long q = 0; q < block.lanes; q++) {
                    weight[q] = exponential(weight[q] - logs[q]);
                    score[q] = (T)job.scale * weight[q] * (score[q] - means[q]);
                }
            }
            product<true>(weights, (long)QUERIES, 1L, g[first], g.row, block.rows, count, values,
                          to_value[start], to_value.row);
            product<true>(shares, (long)QUERIES, 1L, query[first], query.row, block.rows, count,
                          width, to_key[start], to_key.row);
            product<true>(shares, 1L, (long)QUERIES, key[start], key.row, count, block.rows, width,
                          to_query[first], to_query.row);
        }
    }
    free(turned);
}

#define EXPORT(NAME, T, DTYPE)                                                                    \
    extern "C" void NAME##_##DTYPE(const void *job, long begin, long end) {                       \
        for (long i = begin; i < end; i++) NAME<T>(*(const Job *)job, i);                         \
    }
EXPORT(forward, float, float32)
EXPORT(forward, double, float64)
EXPORT(backward, float, float32)
EXPORT(backward, double, float64)
