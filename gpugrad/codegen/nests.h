// What the kernels that add up the parts of totals share.

// Of ``count`` elements the sum of ``added`` parts each; part k of element i lies at place(i, k).
template <typename W, typename T, typename Place>
GG_FUNCTION void add_up(const W* parts, T* to, long long count, long long added, Place place) {
    for (long long tile = blockIdx.x * (long long)blockDim.x; tile < count;
         tile += gridDim.x * (long long)blockDim.x) {
        const long long i = tile + threadIdx.x;
        W sum = 0;
        if (i < count)
            for (long long k = threadIdx.y; k < added; k += blockDim.y) sum += parts[place(i, k)];
        sum = down_columns(sum, Add());
        if (threadIdx.y == 0 && i < count) to[i] = (T)sum;
    }
}
