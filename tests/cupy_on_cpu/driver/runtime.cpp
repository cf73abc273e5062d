// The CUDA runtime linked into CuPy's modules: patching.py sends `cudaX` to `runtime_cudaX` here.
#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>

#include "state.hpp"

#define RUNTIME(name) API int runtime_cuda##name

namespace {
enum Copy { HOST_TO_HOST, HOST_TO_DEVICE, DEVICE_TO_HOST, DEVICE_TO_DEVICE };
enum Kind { UNREGISTERED, HOST, DEVICE };           // cudaMemoryType
struct Block { size_t bytes; Kind kind; };
std::map<uintptr_t, Block> blocks;                  // by address
size_t device_bytes;

struct Properties {                                 // the head of cudaDeviceProp, 1008 bytes long
    char name[256], identity[32];
    size_t global_bytes, shared_bytes;
    int registers, warp;
    size_t pitch;
    int block_threads, block_sizes[3], grid_sizes[3];
    size_t constant_bytes;
    int major, minor;
    size_t alignment, pitch_alignment;
    int multiprocessors;
};
static_assert(offsetof(Properties, global_bytes) == 288);
static_assert(offsetof(Properties, multiprocessors) == 384);
constexpr size_t PROPERTIES_BYTES = 1008;
struct PointerAttributes { int type, device; const void *on_device, *on_host; long reserved[8]; };

int allocate(void** address, size_t bytes, Kind kind) {
    size_t whole = bytes ? (bytes + 4095) & ~size_t(4095) : 4096;
    std::lock_guard<std::recursive_mutex> guard(lock);
    if (kind == DEVICE && device_bytes + whole > DEVICE_MEMORY) return NO_MEMORY;
    void* found = mmap(nullptr, whole, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (found == MAP_FAILED) return NO_MEMORY;
    if (kind == DEVICE && whole <= (64u << 20)) memset(found, 0xff, whole);  // NaN in every float
    if (kind == DEVICE) device_bytes += whole;
    blocks[(uintptr_t)found] = {whole, kind};
    *address = found;
    return SUCCESS;
}

int release(void* address) {
    if (!address) return SUCCESS;
    std::lock_guard<std::recursive_mutex> guard(lock);
    auto found = blocks.find((uintptr_t)address);
    if (found == blocks.end()) return INVALID;
    if (found->second.kind == DEVICE) device_bytes -= found->second.bytes;
    munmap(address, found->second.bytes);
    blocks.erase(found);
    return SUCCESS;
}

Kind kind_of(const void* address) {
    std::lock_guard<std::recursive_mutex> guard(lock);
    auto found = blocks.upper_bound((uintptr_t)address);
    if (found == blocks.begin()) return UNREGISTERED;
    --found;
    bool inside = (uintptr_t)address - found->first < found->second.bytes;
    return inside ? found->second.kind : UNREGISTERED;
}

void count_copy(int kind) {
    counted[kind == HOST_TO_DEVICE ? UPLOADS : kind == DEVICE_TO_HOST ? DOWNLOADS
                                                                      : DEVICE_COPIES]++;
}

int copy_later(void* to, const void* from, size_t bytes, int kind, void* stream) {
    count_copy(kind);
    if (free_of_charge && kind == DEVICE_TO_DEVICE) return SUCCESS;
    return enqueue(stream, [=] { memmove(to, from, bytes); return SUCCESS; });
}

int fill(void* at, int byte, size_t bytes, void* stream) {
    counted[FILLS]++;
    if (free_of_charge) return SUCCESS;
    return enqueue(stream, [=] { memset(at, byte, bytes); return SUCCESS; });
}

int make_stream(void** stream, unsigned flags) {
    *stream = new Stream{flags};
    return SUCCESS;
}

int make_event(void** event) {
    counted[EVENTS]++;
    *event = malloc(1);
    return SUCCESS;
}
}  // namespace

// What is asked of a device: the numbers of an H200.
RUNTIME(GetDeviceCount)(int* count) { *count = 1; return SUCCESS; }
RUNTIME(GetDevice)(int* device) { *device = 0; return SUCCESS; }
RUNTIME(SetDevice)(int device) { return device ? NO_DEVICE : SUCCESS; }
RUNTIME(DriverGetVersion)(int* version) { *version = 13000; return SUCCESS; }
RUNTIME(RuntimeGetVersion)(int* version) { *version = 13000; return SUCCESS; }
RUNTIME(DeviceGetAttribute)(int* value, int attribute, int) {
    static const std::map<int, int> known = {      // cudaDeviceAttr
        {1, MAX_BLOCK}, {5, MAX_GRID_X}, {6, MAX_GRID_YZ}, {7, MAX_GRID_YZ}, {8, SMALL_SHARED},
        {10, 32}, {12, 65536}, {16, MULTIPROCESSORS}, {75, 9}, {76, 0}, {97, MAX_SHARED}};
    auto found = known.find(attribute);
    *value = found == known.end() ? 0 : found->second;
    return SUCCESS;
}
RUNTIME(GetDeviceProperties)(Properties* found, int) {
    memset((void*)found, 0, PROPERTIES_BYTES);
    strcpy(found->name, "H200 played on the CPU");
    found->global_bytes = DEVICE_MEMORY, found->shared_bytes = SMALL_SHARED;
    found->warp = 32, found->block_threads = MAX_BLOCK;
    found->major = 9, found->multiprocessors = MULTIPROCESSORS;
    return SUCCESS;
}
RUNTIME(DeviceGetPCIBusId)(char* text, int size, int) {
    snprintf(text, size, "0000:00:00.0");
    return SUCCESS;
}
RUNTIME(DeviceCanAccessPeer)(int* can, int, int) { *can = 0; return SUCCESS; }
RUNTIME(DeviceGetLimit)(size_t* value, int) { *value = 0; return SUCCESS; }
RUNTIME(DeviceSynchronize)() {
    counted[SYNCHRONISATIONS]++;
    return streams_capturing ? CAPTURING : SUCCESS;
}
RUNTIME(MemGetInfo)(size_t* unused, size_t* total) {
    *total = DEVICE_MEMORY, *unused = DEVICE_MEMORY - device_bytes;
    return SUCCESS;
}
API const char* runtime_cudaGetErrorName(int status) {
    thread_local char text[32];
    snprintf(text, sizeof text, "cudaError %d", status);
    return text;
}
API const char* runtime_cudaGetErrorString(int) { return "status of the stand-in for CUDA"; }
RUNTIME(GetLastError)() { return SUCCESS; }
RUNTIME(PeekAtLastError)() { return SUCCESS; }

// Memory
RUNTIME(Malloc)(void** address, size_t bytes) {
    counted[ALLOCATIONS]++;
    return allocate(address, bytes, DEVICE);
}
RUNTIME(MallocAsync)(void** address, size_t bytes, void*) {
    return runtime_cudaMalloc(address, bytes);
}
RUNTIME(HostAlloc)(void** address, size_t bytes, unsigned) {
    return allocate(address, bytes, HOST);
}
RUNTIME(Free)(void* address) { return release(address); }
RUNTIME(FreeAsync)(void* address, void*) { return release(address); }
RUNTIME(FreeHost)(void* address) { return release(address); }
RUNTIME(Memcpy)(void* to, const void* from, size_t bytes, int kind) {
    if (kind != DEVICE_TO_DEVICE) counted[SYNCHRONISATIONS]++;  // the host waits for it
    return copy_later(to, from, bytes, kind, nullptr);
}
RUNTIME(MemcpyAsync)(void* to, const void* from, size_t bytes, int kind, void* stream) {
    return copy_later(to, from, bytes, kind, stream);
}
RUNTIME(Memset)(void* at, int byte, size_t bytes) { return fill(at, byte, bytes, nullptr); }
RUNTIME(MemsetAsync)(void* at, int byte, size_t bytes, void* stream) {
    return fill(at, byte, bytes, stream);
}
RUNTIME(PointerGetAttributes)(PointerAttributes* found, const void* address) {
    Kind kind = kind_of(address);
    *found = {kind, 0, kind ? address : nullptr, kind == HOST ? address : nullptr, {}};
    return SUCCESS;
}

// Streams, capture, graphs and events
RUNTIME(StreamCreate)(void** stream) { return make_stream(stream, 0); }
RUNTIME(StreamCreateWithFlags)(void** stream, unsigned flags) { return make_stream(stream, flags); }
RUNTIME(StreamCreateWithPriority)(void** stream, unsigned flags, int) {
    return make_stream(stream, flags);
}
RUNTIME(StreamGetFlags)(void* stream, unsigned* flags) {
    *flags = stream_of(stream).flags;
    return SUCCESS;
}
RUNTIME(StreamGetPriority)(void*, int* priority) { *priority = 0; return SUCCESS; }
RUNTIME(StreamDestroy)(void* stream) { delete (Stream*)stream; return SUCCESS; }
RUNTIME(StreamSynchronize)(void* stream) {
    counted[SYNCHRONISATIONS]++;
    return stream_of(stream).graph ? CAPTURING : SUCCESS;
}
RUNTIME(StreamQuery)(void* stream) { return stream_of(stream).graph ? CAPTURING : SUCCESS; }
RUNTIME(StreamWaitEvent)(void*, void*, unsigned) { return SUCCESS; }
RUNTIME(StreamIsCapturing)(void* stream, int* captures) {
    *captures = stream_of(stream).graph != nullptr;
    return SUCCESS;
}
RUNTIME(StreamBeginCapture)(void* stream, int) {
    stream_of(stream).graph = new Graph;
    last_capturing = &stream_of(stream);
    streams_capturing++;
    return SUCCESS;
}
RUNTIME(StreamEndCapture)(void* stream, void** graph) {
    *graph = stream_of(stream).graph;
    stream_of(stream).graph = nullptr;
    streams_capturing--;
    return SUCCESS;
}
RUNTIME(GraphInstantiate)(void** made, void* graph, unsigned long long) {
    *made = new Graph(*(Graph*)graph);
    return SUCCESS;
}
RUNTIME(GraphDestroy)(void* graph) { delete (Graph*)graph; return SUCCESS; }
RUNTIME(GraphExecDestroy)(void* graph) { delete (Graph*)graph; return SUCCESS; }
RUNTIME(GraphUpload)(void*, void*) { return SUCCESS; }
RUNTIME(GraphLaunch)(void* graph, void*) {
    counted[GRAPHS]++;
    for (Work& work : ((Graph*)graph)->work)
        if (int status = work()) return status;
    return SUCCESS;
}
RUNTIME(EventCreate)(void** event) { return make_event(event); }
RUNTIME(EventCreateWithFlags)(void** event, unsigned) { return make_event(event); }
RUNTIME(EventDestroy)(void* event) { free(event); return SUCCESS; }
RUNTIME(EventRecord)(void*, void*) { counted[EVENTS]++; return SUCCESS; }
RUNTIME(EventQuery)(void*) { return SUCCESS; }
RUNTIME(EventSynchronize)(void*) { counted[SYNCHRONISATIONS]++; return SUCCESS; }
RUNTIME(EventElapsedTime)(float* milliseconds, void*, void*) {
    *milliseconds = 1;
    return SUCCESS;
}
