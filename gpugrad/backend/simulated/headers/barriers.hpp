// Where the threads of a block wait for each other, and the scheduler that runs them.
namespace simulated {
UNCHECKED inline uint64_t random() {     // xorshift: only the order of threads hangs on it
    random_state ^= random_state << 13, random_state ^= random_state >> 7;
    return random_state ^= random_state << 17;
}

// Place i of an order over `count` threads or blocks; `list` holds the shuffled one.
UNCHECKED inline unsigned placed(unsigned i, unsigned count, const unsigned* list) {
    switch (launch.order) {
        case 1: return count - 1 - i;
        case 2: return list[i];
        case 3: {                        // lane 0 of every warp, then lane 1 of every warp, ...
            unsigned warps = (count + 31) / 32, whole = count % 32 ? count % 32 : 32;
            unsigned in_whole = whole * warps;
            if (i < in_whole) return i / warps + 32 * (i % warps);
            return whole + (i - in_whole) / (warps - 1) + 32 * ((i - in_whole) % (warps - 1));
        }
        default: return i;
    }
}
UNCHECKED inline void shuffle(unsigned* list, unsigned count) {
    for (unsigned i = 0; i < count; i++) {
        unsigned j = (unsigned)(random() % (i + 1));
        list[i] = list[j], list[j] = i;
    }
}

UNCHECKED inline void wait(State state, unsigned line) {
    if (body) fail(NO_FIBERS, 0, 0, line);
    current->state = state, current->line = line;
    leave();
}

// The last thread of a warp to arrive exchanges for all of them and goes on.
UNCHECKED inline void exchange(Thread* warp, unsigned mask, Exchange kind) {
    uint64_t ballot = 0;
    for (int lane = 0; lane < 32; lane++)
        if (mask >> lane & 1 && warp[lane].value) ballot |= 1ull << lane;
    for (int lane = 0; lane < 32; lane++) {
        if (!(mask >> lane & 1)) continue;
        Thread& thread = warp[lane];
        bool given = thread.source >= 0 && mask >> thread.source & 1;
        thread.result = kind == BALLOT ? ballot : given ? warp[thread.source].value : ~0ull;
        thread.state = READY, thread.steps++;
    }
}

UNCHECKED __attribute__((noinline)) inline uint64_t meet(Exchange kind, unsigned mask,
                                                         uint64_t value, int source,
                                                         unsigned line) {
    if (body) fail(NO_FIBERS, 0, 0, line);
    unsigned number = (unsigned)(current - threads), first = number & ~31u;
    unsigned present = block_threads - first >= 32 ? ~0u : (1u << (block_threads - first)) - 1;
    mask &= present;
    if (!(mask >> (number & 31) & 1)) fail(DIVERGENT, 0, 0, line, line);
    current->mask = mask, current->exchange = kind;
    current->value = value, current->source = source;
    current->state = AT_WARP, current->line = line;
    bool complete = true;
    for (unsigned lane = 0; lane < 32 && complete; lane++) {
        const Thread& other = threads[first + lane];
        if (mask >> lane & 1)
            complete = other.state == AT_WARP && other.mask == mask && other.exchange == kind;
    }
    if (complete) exchange(threads + first, mask, kind);
    else leave();
    return current->result;
}

template <typename T> T shuffled(unsigned mask, T value, int source, int width, unsigned line) {
    static_assert(sizeof(T) <= 8, "a shuffle moves at most 8 bytes");
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof(T));
    int lane = (int)((current - threads) & 31);
    int base = lane & ~(width - 1);
    // Out of its part of the warp, a lane keeps its own value.
    bits = meet(SHUFFLE, mask, bits, source >= base && source < base + width ? source : lane, line);
    memcpy(&value, &bits, sizeof(T));
    return value;
}
inline int lane() { return (int)((current - threads) & 31); }

// Runs a thread until it ends or waits; false if it waits already, or if the launch was given up.
UNCHECKED inline bool ran(unsigned number) {
    if (threads[number].state != READY || fault.kind) return false;
    current = &threads[number], threadIdx = current->index;
    stack_low = launch.stacks + number * launch.stack_bytes;
    stack_high = stack_low + launch.stack_bytes;
    enter(number);
    return true;
}

// A list of the block's threads with warps in a random order and lanes too.
UNCHECKED inline void shuffle_warps(unsigned* list) {
    unsigned warps[MAX_THREADS / 32], count = (block_threads + 31) / 32;
    shuffle(warps, count);
    for (unsigned i = 0; i < count; i++) {
        unsigned first = 32 * warps[i], rest = block_threads - first, lanes = rest < 32 ? rest : 32;
        shuffle(list, lanes);
        for (unsigned k = 0; k < lanes; k++) *list++ += first;
    }
}

// Each thread once; where a warp's threads follow each other in the order, the warp goes on for as
// long as any of it can, so that it runs ahead of the others as far as the barriers let it.
UNCHECKED inline bool ran_any(unsigned* list) {
    bool any = false, again = false;
    if (launch.order == 2) shuffle_warps(list);
    for (unsigned i = 0, next; i < block_threads; i = again ? i : next, any |= again) {
        unsigned warp = placed(i, block_threads, list) / 32;
        again = false;
        for (next = i; next < block_threads; next++) {
            unsigned number = placed(next, block_threads, list);
            if (number / 32 != warp) break;
            again |= ran(number);
        }
    }
    return any;
}

// Takes every thread of the block to its next meeting, again and again, until all have ended.
UNCHECKED inline void run_block(unsigned* list) {
    for (;;) {
        unsigned waiting = 0, line = 0, other = 0;
        bool ready = ran_any(list);
        if (fault.kind) return;
        if (finished == block_threads) return;
        if (ready) continue;
        for (unsigned i = 0; i < block_threads; i++) {
            if (threads[i].state != AT_BARRIER) continue;
            if (waiting++ && threads[i].line != line) other = threads[i].line;
            else line = threads[i].line;
        }
        fault.line = line, fault.other = other;
        if (waiting == block_threads && !other) {
            fault.line = 0;
            for (unsigned i = 0; i < block_threads; i++) threads[i].state = READY;
            epoch++;
        } else {
            fault.kind = other ? DIVERGENT : finished ? RETURNED : STUCK;
            return;
        }
    }
}
UNCHECKED inline int count_at_barrier(int predicate, unsigned line) {
    current->value = predicate != 0;
    wait(AT_BARRIER, line);
    int count = 0;
    for (unsigned i = 0; i < block_threads; i++) count += (int)threads[i].value;
    wait(AT_BARRIER, line);              // nobody changes its own before all have counted
    return count;
}
}  // namespace simulated

#define __syncthreads() simulated::wait(simulated::AT_BARRIER, __LINE__)
#define __syncthreads_count(p) simulated::count_at_barrier(p, __LINE__)
#define __syncthreads_or(p) (simulated::count_at_barrier(p, __LINE__) > 0)
#define __syncthreads_and(p) \
    (simulated::count_at_barrier(p, __LINE__) == (int)simulated::block_threads)
#define __syncwarp(...) \
    ((void)simulated::meet(simulated::SYNC, simulated::mask_of(__VA_ARGS__), 0, -1, __LINE__))
#define __ballot_sync(mask, p) \
    ((unsigned)simulated::meet(simulated::BALLOT, mask, (p) != 0, -1, __LINE__))
#define __any_sync(mask, p) (__ballot_sync(mask, p) != 0)
#define __all_sync(mask, p) (__ballot_sync(mask, !(p)) == 0)
// The lane that a shuffle reads; `value` first, then a lane, distance or mask, then maybe a width.
#define __shfl_sync(mask, ...) simulated::shuffle_to(mask, __LINE__, __VA_ARGS__)
#define __shfl_up_sync(mask, ...) simulated::shuffle_up(mask, __LINE__, __VA_ARGS__)
#define __shfl_down_sync(mask, ...) simulated::shuffle_down(mask, __LINE__, __VA_ARGS__)
#define __shfl_xor_sync(mask, ...) simulated::shuffle_xor(mask, __LINE__, __VA_ARGS__)
namespace simulated {
inline unsigned mask_of(unsigned mask = ~0u) { return mask; }
template <typename T> T shuffle_to(unsigned m, unsigned line, T v, int from, int width = 32) {
    return shuffled(m, v, (lane() & ~(width - 1)) + (from & (width - 1)), width, line);
}
template <typename T> T shuffle_up(unsigned m, unsigned line, T v, int by, int width = 32) {
    return shuffled(m, v, lane() - by, width, line);
}
template <typename T> T shuffle_down(unsigned m, unsigned line, T v, int by, int width = 32) {
    return shuffled(m, v, lane() + by, width, line);
}
template <typename T> T shuffle_xor(unsigned m, unsigned line, T v, int bits, int width = 32) {
    return shuffled(m, v, lane() ^ bits, width, line);
}
}  // namespace simulated
