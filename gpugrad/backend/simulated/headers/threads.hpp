// CUDA's threads, barriers and memories played on one processor, so that g++ compiles the text of
// a kernel as it is.  Every thread of a block is a fiber; it runs until it ends or must wait for
// others.  A text without barriers runs in one fiber, thread after thread.
// Every access of a kernel calls `check` (the compiler's address sanitizer, with calls of ours
// in place of its library), so a wrong index is refused before it touches anything.
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <type_traits>
#include <utility>
#if !defined(__x86_64__) || defined(PORTABLE_FIBERS)    // for other processors, and to test that
#define PORTABLE_FIBERS
#include <ucontext.h>
#endif

#define UNCHECKED __attribute__((no_sanitize("address", "kernel-address", "undefined")))
#define __global__
#define __device__
#define __host__
#define __constant__ static
#define __forceinline__ inline
#define __noinline__ __attribute__((noinline))
#define __launch_bounds__(...)
#define __align__(bytes) __attribute__((aligned(bytes)))
#define __shared__ static __attribute__((section("simulated_shared")))
#define __CUDA_ARCH__ 800
#define warpSize 32

struct uint3 { unsigned x, y, z; };
struct dim3 { unsigned x = 1, y = 1, z = 1; };

namespace simulated {
struct Launch {                          // filled by driver.py, which holds the same list of fields
    unsigned grid[3], block[3];
    unsigned shared_bytes, order;        // order: 0 ascending 1 descending 2 shuffled 3 interleaved
    uint64_t arena, arena_bytes;         // device memory
    uint64_t shadow;                     // per 8 bytes of it, how many of them may be touched
    uint64_t stacks, stack_bytes;        // one stack for every thread of a block
    uint64_t shared;                     // dynamic shared memory
    uint64_t traces;                     // one Trace per byte of shared memory
    uint64_t most_accesses;              // a launch that goes beyond is taken to have no end
};
struct Fault {                           // what went wrong, for driver.py to put into words
    unsigned kind, line, block[3], thread[3], other;
    uint64_t address, bytes;
};
enum Kind {
    FINE, READ, WRITE, DIVERGENT, RETURNED, STUCK, RACE, BOUNDS, MISALIGNED, TRAP, NO_FIBERS,
    ENDLESS
};
enum State { READY, AT_BARRIER, AT_WARP, DONE };
enum Exchange { SYNC, SHUFFLE, BALLOT };
struct Thread {
    void* stack_pointer;
    State state;
    unsigned line, mask, steps;          // steps: how many meetings of its warp it has passed
    Exchange exchange;
    int source;
    uint64_t value, result;
    uint3 index;
};
struct Trace {                           // who last wrote and read a byte of shared memory
    unsigned write_epoch, writer, write_steps, read_epoch, reader, read_steps;
};
constexpr unsigned MANY = 1u << 30, MAX_THREADS = 1024;

#define STATE __attribute__((visibility("hidden")))   // not static: a switch changes it unseen
STATE Launch launch;
STATE Fault fault;
STATE Thread threads[MAX_THREADS];
STATE Thread* current;
STATE unsigned block_threads, epoch, finished;
STATE uint64_t stack_low, stack_high, random_state, accesses;
STATE void* main_stack;
STATE void (*body)();
extern "C" {
extern unsigned char __start_simulated_shared[] __attribute__((weak, visibility("hidden")));
extern unsigned char __stop_simulated_shared[] __attribute__((weak, visibility("hidden")));
extern const unsigned char __ehdr_start[] __attribute__((visibility("hidden")));
extern const unsigned char _end[] __attribute__((visibility("hidden")));
}
}  // namespace simulated
STATE uint3 threadIdx, blockIdx;
STATE dim3 blockDim, gridDim;

namespace simulated {
// Switching always goes from the scheduler to a fiber (`enter`) or back (`leave`).
#ifndef PORTABLE_FIBERS
extern "C" STATE void simulated_switch(void** save, void* load);
asm(R"(
    .pushsection .text
    .hidden simulated_switch
    .globl simulated_switch
    .type simulated_switch, @function
simulated_switch:
    push %rbp
    push %rbx
    push %r12
    push %r13
    push %r14
    push %r15
    mov %rsp, (%rdi)
    mov %rsi, %rsp
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbx
    pop %rbp
    ret
    .popsection
)");
UNCHECKED inline void prepare(unsigned i, uint64_t low, uint64_t bytes, void (*entry)()) {
    auto top = (uint64_t*)(low + bytes);
    memset(top - 8, 0, 64);
    top[-2] = (uint64_t)entry;           // popped by the switch's ret, which leaves rsp = 16n + 8
    threads[i].stack_pointer = top - 8;
}
UNCHECKED inline void enter(unsigned i) {
    simulated_switch(&main_stack, threads[i].stack_pointer);
}
UNCHECKED inline void leave() { simulated_switch(&current->stack_pointer, main_stack); }
#else
STATE ucontext_t contexts[MAX_THREADS + 1];
UNCHECKED inline void prepare(unsigned i, uint64_t low, uint64_t bytes, void (*entry)()) {
    getcontext(&contexts[i]);
    contexts[i].uc_stack.ss_sp = (void*)low;
    contexts[i].uc_stack.ss_size = bytes;
    contexts[i].uc_link = nullptr;
    makecontext(&contexts[i], entry, 0);
}
UNCHECKED inline void enter(unsigned i) { swapcontext(&contexts[MAX_THREADS], &contexts[i]); }
UNCHECKED inline void leave() {
    swapcontext(&contexts[current - threads], &contexts[MAX_THREADS]);
}
#endif

// Notes what went wrong and gives the launch up: no fiber of it is entered again.
UNCHECKED __attribute__((noinline)) inline void fail(Kind kind, uint64_t address = 0,
                                                     uint64_t bytes = 0, unsigned line = 0,
                                                     unsigned other = 0) {
    fault = {kind, line, {blockIdx.x, blockIdx.y, blockIdx.z},
             {threadIdx.x, threadIdx.y, threadIdx.z}, other, address, bytes};
    leave();
}
}  // namespace simulated
