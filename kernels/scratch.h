// Memory of one call, given back at its end; it needs no library of C++, which a compiler of C that
// links kernels would not find.
#include <cstdlib>

template <typename T> struct Scratch {
    T *const start;

    explicit Scratch(long count) : start((T *)malloc((count ? count : 1) * sizeof(T))) {
        if (!start) abort();
    }
    Scratch(long count, T value) : Scratch(count) {
        for (long i = 0; i < count; i++) start[i] = value;
    }
    Scratch(const Scratch &) = delete;
    ~Scratch() { free(start); }
    T &operator[](long i) { return start[i]; }
    T *data() { return start; }
};
