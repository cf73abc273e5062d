// Rows shared out to threads.  The blockDim.x threads (32 to 1024, a power of two) with one
// threadIdx.y own a row together; blockDim.y is above 1 only where blockDim.x is 32, so that a row
// is a warp's or a whole block's.
#include "across.cuh"
#include "numbers.cuh"

#define FOR_EACH_ROW(row, rows)                                                       \
    for (int64 row = blockIdx.x * (int64)blockDim.y + threadIdx.y; row < (rows);      \
         row += (int64)gridDim.x * blockDim.y)

#define FOR_EACH_COLUMN(column, columns) \
    for (int64 column = threadIdx.x; column < (columns); column += blockDim.x)

// The largest element of a row, and the sum of e**(x - largest).
template <typename W> struct Peak {
    W largest, sum;
};

// One pass.  Starts from the lowest finite number, so that -inf adds 0 and a row of nothing but
// -inf sums to 0.  A +inf makes the sum NaN in the last line (inf - inf), as a NaN does anywhere.
template <typename T> __device__ Peak<Wide<T>> peak_of_row(const T* x, int64 columns) {
    Wide<T> largest = Lowest<Wide<T>>::value, sum = 0;
    FOR_EACH_COLUMN(column, columns) {
        const Wide<T> value = wide(x[column]);
        if (value > largest) {
            sum = sum * exponential(largest - value) + 1;
            largest = value;
        } else {
            sum += exponential(value - largest);
        }
    }
    const Wide<T> of_row = across_row(largest, Greater());
    return {of_row, across_row(sum * exponential(largest - of_row), Add())};
}
