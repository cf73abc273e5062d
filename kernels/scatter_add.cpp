// y[indices[i]] += updates[i] for i = 0, 1, 2, ... on the host, for the columns begin .. end - 1 of
// y (rows, columns) and updates (count, columns): threads share out columns, so that every element
// is added in index order.  Indices are in 0 .. rows - 1, which the caller has checked.
// Reference: numpy.add.at; tests/test_scatter_add.py compares the bits.
typedef long long int64;

struct Job {
    void* y;
    const int64* indices;
    const void* updates;
    int64 count, columns;
};

template <typename T> static void scatter_add(const Job& job, long begin, long end) {
    for (int64 i = 0; i < job.count; ++i) {
        T* __restrict y = (T*)job.y + job.indices[i] * job.columns;
        const T* __restrict update = (const T*)job.updates + i * job.columns;
        for (long k = begin; k < end; ++k) y[k] += update[k];
    }
}

#define STAMP(T, name)                                                                       \
    extern "C" __attribute__((visibility("default"))) void scatter_add_##name(               \
        const Job* job, long begin, long end) {                                              \
        scatter_add<T>(*job, begin, end);                                                    \
    }
STAMP(float, float32)
STAMP(double, float64)
