// Every access of a kernel, checked: device memory byte by byte against the shadow that the driver
// keeps of its live arrays, shared memory against races, anything else must be the kernel's own.
namespace simulated {
UNCHECKED inline unsigned thread_number(uint3 i) {
    return i.x + blockDim.x * (i.y + blockDim.y * i.z);
}

// Whether an access at (when, steps) by `who` is ordered before one by thread `me` now: by a
// barrier of the block, or by a meeting of the warp where both are in one warp.
UNCHECKED inline bool ordered(unsigned when, unsigned who, unsigned steps, unsigned me) {
    if (when != epoch || who == me) return true;
    return who < MANY && who / 32 == me / 32 && steps < threads[me].steps;
}

UNCHECKED inline void trace(Trace& t, uint64_t address, bool write) {
    unsigned me = thread_number(threadIdx), steps = threads[me].steps;
    if (!ordered(t.write_epoch, t.writer, t.write_steps, me))
        fail(RACE, address, 1, write, t.writer);
    if (write) {
        if (!ordered(t.read_epoch, t.reader, t.read_steps, me))
            fail(RACE, address, 1, write, t.reader & (MANY - 1));
        t.write_epoch = epoch, t.writer = me, t.write_steps = steps;
        t.read_epoch = 0;                // reads before this write are ordered before it
    } else {
        bool other = t.read_epoch == epoch && t.reader != me;
        if (other && !(t.reader < MANY && t.reader / 32 == me / 32)) t.reader = me | MANY;
        else t.reader = me;
        t.read_epoch = epoch, t.read_steps = steps;
    }
}

UNCHECKED inline bool live(uint64_t offset, uint64_t bytes) {
    auto shadow = (const unsigned char*)launch.shadow;
    for (uint64_t at = offset, end = offset + bytes; at < end; at = (at | 7) + 1) {
        uint64_t last = (at | 7) < end - 1 ? (at | 7) : end - 1;
        if ((last & 7) >= shadow[at >> 3]) return false;
    }
    return true;
}

UNCHECKED inline void check(uint64_t address, uint64_t bytes, bool write, bool atomic = false) {
    if (++accesses > launch.most_accesses) fail(ENDLESS);
    uint64_t offset = address - launch.arena;
    if (offset < launch.arena_bytes) {
        if (!live(offset, bytes)) fail(write ? WRITE : READ, address, bytes);
        return;
    }
    if (address - stack_low < stack_high - stack_low) return;
    uint64_t statics = (uint64_t)__start_simulated_shared;
    uint64_t static_bytes = (uint64_t)__stop_simulated_shared - statics;
    uint64_t at = address - launch.shared;
    if (at >= launch.shared_bytes) at = address - statics + launch.shared_bytes;
    if (at + bytes <= launch.shared_bytes + static_bytes) {
        for (uint64_t i = at; !atomic && i < at + bytes; i++)
            trace(((Trace*)launch.traces)[i], address, write);
        return;
    }
    if (address - (uint64_t)__ehdr_start < (uint64_t)(_end - __ehdr_start)) return;
    fail(write ? WRITE : READ, address, bytes);
}
}  // namespace simulated

#define CHECKED_SIZE(n)                                                          \
    STATE UNCHECKED void __asan_load##n##_noabort(uint64_t a) { simulated::check(a, n, false); } \
    STATE UNCHECKED void __asan_store##n##_noabort(uint64_t a) { simulated::check(a, n, true); }
extern "C" {
CHECKED_SIZE(1) CHECKED_SIZE(2) CHECKED_SIZE(4) CHECKED_SIZE(8) CHECKED_SIZE(16)
STATE UNCHECKED void __asan_loadN_noabort(uint64_t a, uint64_t n) { simulated::check(a, n, false); }
STATE UNCHECKED void __asan_storeN_noabort(uint64_t a, uint64_t n) { simulated::check(a, n, true); }
STATE UNCHECKED void __asan_handle_no_return() {}

struct Place { const char* file; unsigned line, column; };  // as libubsan's handlers have it
STATE UNCHECKED void __ubsan_handle_out_of_bounds(Place* place, uint64_t index) {
    simulated::fail(simulated::BOUNDS, index, 0, place->line);
}
STATE UNCHECKED void __ubsan_handle_type_mismatch_v1(Place* place, uint64_t address) {
    if (address) simulated::fail(simulated::MISALIGNED, address, 0, place->line);
}
}

// Atomics: one fiber runs at a time, so a plain read and write is one.
template <typename T> struct atomic_operand { using type = T; };  // only the pointer deduces T
#define ATOMIC(name, expression)                                                                \
    template <typename T>                                                                       \
    UNCHECKED T name(T* address, typename atomic_operand<T>::type value) {                      \
        simulated::check((uint64_t)address, sizeof(T), true, true);                             \
        T old = *address;                                                                       \
        *address = (T)(expression);                                                             \
        return old;                                                                             \
    }
ATOMIC(atomicAdd, old + value)
ATOMIC(atomicSub, old - value)
ATOMIC(atomicMax, old < value ? value : old)
ATOMIC(atomicMin, value < old ? value : old)
ATOMIC(atomicExch, value)
ATOMIC(atomicAnd, old & value)
ATOMIC(atomicOr, old | value)
ATOMIC(atomicXor, old ^ value)
ATOMIC(atomicInc, old >= value ? 0 : old + 1)
ATOMIC(atomicDec, old == 0 || old > value ? value : old - 1)
template <typename T>
UNCHECKED T atomicCAS(T* address, typename atomic_operand<T>::type expected,
                      typename atomic_operand<T>::type value) {
    simulated::check((uint64_t)address, sizeof(T), true, true);
    T old = *address;
    if (old == expected) *address = value;
    return old;
}

template <typename T> T __ldg(const T* p) { return *p; }
template <typename T> T __ldcs(const T* p) { return *p; }
template <typename T> T __ldca(const T* p) { return *p; }
template <typename T> T __ldcg(const T* p) { return *p; }
template <typename T> void __stcs(T* p, T value) { *p = value; }
template <typename T> void __stcg(T* p, T value) { *p = value; }
inline void __threadfence() {}
inline void __threadfence_block() {}
