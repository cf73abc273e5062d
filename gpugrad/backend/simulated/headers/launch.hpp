// What driver.py calls: `simulated_launch_<kernel>` and `simulated_signature_<kernel>`.
namespace simulated {
inline size_t static_bytes() { return __stop_simulated_shared - __start_simulated_shared; }

UNCHECKED inline void poison() {         // NaN in every float type
    memset(__start_simulated_shared, 0xff, __stop_simulated_shared - __start_simulated_shared);
    memset((void*)launch.shared, 0xff, launch.shared_bytes);
}

UNCHECKED inline uint3 place(unsigned number, unsigned x, unsigned y) {
    return {number % x, number / x % y, number / x / y};
}

STATE void (*call)();                    // one thread of the kernel, with its arguments
STATE unsigned* block_list;
STATE unsigned thread_list[MAX_THREADS];

UNCHECKED inline void fiber() {          // what each fiber runs
    call();
    current->state = DONE, finished++;
    leave();
}

UNCHECKED inline unsigned blocks() {
    return launch.grid[0] * launch.grid[1] * launch.grid[2];
}

UNCHECKED inline void begin_block(unsigned i) {
    unsigned number = placed(i, blocks(), block_list);
    blockIdx = place(number, launch.grid[0], launch.grid[1]);
    poison();
    epoch++, finished = 0;
    for (unsigned t = 0; t < block_threads; t++) threads[t].steps = 0;
}

UNCHECKED inline void every_thread() {   // of a kernel without barriers: one fiber for all
    for (unsigned i = 0, count = blocks(); i < count; i++) {
        begin_block(i);
        for (unsigned t = 0; t < block_threads; t++) {
            unsigned number = placed(t, block_threads, thread_list);
            threadIdx = threads[number].index;
            call();
        }
    }
    leave();
}

UNCHECKED inline void run_fibers() {
    for (unsigned i = 0, count = blocks(); i < count && !fault.kind; i++) {
        begin_block(i);
        for (unsigned t = 0; t < block_threads; t++) {
            threads[t].state = READY;
            prepare(t, launch.stacks + t * launch.stack_bytes, launch.stack_bytes, fiber);
        }
        run_block(thread_list);
    }
}

UNCHECKED inline void run_plain() {
    body = every_thread, current = threads;
    stack_low = launch.stacks, stack_high = stack_low + MAX_THREADS * launch.stack_bytes;
    prepare(0, stack_low, MAX_THREADS * launch.stack_bytes, every_thread);
    enter(0);
}

UNCHECKED inline void run(const Launch* given, Fault* report, unsigned* list, bool fibers) {
    launch = *given, fault = {}, body = nullptr, epoch = 0, accesses = 0;
    block_list = list;
    random_state = 0x9e3779b97f4a7c15ull;
    blockDim = {launch.block[0], launch.block[1], launch.block[2]};
    gridDim = {launch.grid[0], launch.grid[1], launch.grid[2]};
    block_threads = blockDim.x * blockDim.y * blockDim.z;
    size_t statics = static_bytes();
    memset((void*)launch.traces, 0, (launch.shared_bytes + statics) * sizeof(Trace));
    for (unsigned t = 0; t < block_threads; t++)
        threads[t].index = place(t, blockDim.x, blockDim.y);
    shuffle(thread_list, block_threads);
    if (launch.order == 2) shuffle(block_list, blocks());
    fibers ? run_fibers() : run_plain();
    *report = fault;
}

// A parameter as a word: p or v, then f, i, u, b or another letter, then its size.
template <typename T> constexpr char letter() {
    if (std::is_same_v<T, bool>) return 'b';
    if (std::is_same_v<T, __nv_bfloat16>) return 'V';
    if (std::is_same_v<T, __half> || std::is_floating_point_v<T>) return 'f';
    if (std::is_integral_v<T>) return std::is_signed_v<T> ? 'i' : 'u';
    return std::is_void_v<T> ? 'x' : std::is_pointer_v<T> ? 'p' : 's';
}
template <typename T> struct Sized { static constexpr unsigned value = sizeof(T); };
template <> struct Sized<void> { static constexpr unsigned value = 0; };
template <typename T> struct Parameter {
    UNCHECKED static int word(char* text, size_t n) {
        return snprintf(text, n, "v%c%u ", letter<T>(), Sized<T>::value);
    }
};
template <typename T> struct Parameter<T*> {
    using type = std::remove_cv_t<T>;
    UNCHECKED static int word(char* text, size_t n) {
        return snprintf(text, n, "p%c%u ", letter<type>(), Sized<type>::value);
    }
};

template <auto kernel> struct Kernel;
template <typename... A, void (*kernel)(A...)> struct Kernel<kernel> {
    static inline void** arguments;
    template <size_t... I> UNCHECKED static void unpack(std::index_sequence<I...>) {
        kernel(*(A*)arguments[I]...);
    }
    UNCHECKED static void thread() { unpack(std::index_sequence_for<A...>()); }
    UNCHECKED static void signature(char* text, size_t n) {
        size_t at = 0;
        ((at += Parameter<A>::word(text + at, n - at)), ...);
    }
};
}  // namespace simulated

#define SIMULATED_KERNEL(name, fibers)                                                   \
    extern "C" UNCHECKED void simulated_launch_##name(                                   \
        const simulated::Launch* given, simulated::Fault* report, unsigned* list,        \
        void** arguments) {                                                              \
        simulated::Kernel<name>::arguments = arguments;                                  \
        simulated::call = simulated::Kernel<name>::thread;                               \
        simulated::run(given, report, list, fibers);                                     \
    }                                                                                    \
    extern "C" UNCHECKED void simulated_signature_##name(char* text, size_t n) {         \
        text[0] = 0;                                                                     \
        simulated::Kernel<name>::signature(text, n);                                     \
    }                                                                                    \
    extern "C" size_t simulated_shared_##name() { return simulated::static_bytes(); }
