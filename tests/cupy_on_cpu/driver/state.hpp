// What the two halves of the stand-in share: counters, the journal of launches, streams, memory.
// Everything here runs on the CPU and in order: a stream that captures nothing has nothing pending.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#define API extern "C" __attribute__((visibility("default")))

enum Status { SUCCESS = 0, INVALID = 1, NO_MEMORY = 2, NO_DEVICE = 101, NO_IMAGE = 200,
              NOT_FOUND = 500, LAUNCH_FAILED = 719, NOT_SUPPORTED = 801, CAPTURING = 900 };
enum Counter {                            // the same list stands in counters.py
    LAUNCHES, GRAPHS, UPLOADS, DOWNLOADS, DEVICE_COPIES, FILLS, SYNCHRONISATIONS, ALLOCATIONS,
    EVENTS, COUNTERS
};
constexpr unsigned MAX_BLOCK = 1024, MAX_SHARED = 232448, SMALL_SHARED = 49152;
constexpr unsigned MAX_GRID_X = 2147483647, MAX_GRID_YZ = 65535, MULTIPROCESSORS = 132;
constexpr size_t DEVICE_MEMORY = 139ull << 30;

using Work = std::function<int()>;
struct Graph { std::vector<Work> work; };
struct Stream { unsigned flags = 0; Graph* graph = nullptr; };  // graph: while it captures

inline std::atomic<uint64_t> counted[COUNTERS];
inline std::atomic<bool> free_of_charge{false};  // launches, fills and copies inside do nothing
inline std::atomic<unsigned> streams_capturing{0};
inline std::atomic<Stream*> last_capturing{nullptr};
inline std::recursive_mutex lock;         // of the memory, the journal and the simulated threads
inline std::string journal;               // names of the kernels that were launched, a line each
inline Stream default_stream;

inline Stream& stream_of(void* handle) {  // 0, 1 and 2 are CUDA's own names for the default one
    return (uintptr_t)handle <= 2 ? default_stream : *(Stream*)handle;
}

// Does work now, or lets the graph do it that the stream captures.
inline int enqueue(void* stream, Work work) {
    Stream& to = stream_of(stream);
    if (!to.graph) return work();
    to.graph->work.push_back(std::move(work));
    return SUCCESS;
}
