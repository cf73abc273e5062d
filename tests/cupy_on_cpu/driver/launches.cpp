// The CUDA driver: modules, kernels and launches.  A module is a shared library that kernels.py
// compiled; its image is the word IMAGE, the library's path and a newline.
#include <dlfcn.h>
#include <sys/mman.h>

#include <cstdio>
#include <cstring>

#include "state.hpp"

namespace {
const char IMAGE[] = "CUPY-ON-CPU ";
constexpr size_t STACK_BYTES = 1 << 16, TRACE_BYTES = 24;
struct Launch {                           // as in gpugrad's simulated/headers/threads.hpp
    unsigned grid[3], block[3], shared_bytes, order;
    uint64_t arena, arena_bytes, shadow, stacks, stack_bytes, shared, traces, most_accesses;
};
struct Fault { unsigned kind, line, block[3], thread[3], other; uint64_t address, bytes; };
using Entry = void (*)(const Launch*, Fault*, unsigned*, void**);
struct Function {
    std::string name;
    Entry entry;
    std::vector<size_t> sizes;            // of its parameters
    unsigned static_shared, max_shared;
};
struct Sizes { unsigned grid[3], block[3], shared; };

uint64_t reserved(size_t bytes) {
    return (uint64_t)mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}

int run(const Function* function, const Sizes& sizes, void** parameters) {
    static const uint64_t stacks = reserved(STACK_BYTES * MAX_BLOCK),
                          shared = reserved(MAX_SHARED),
                          traces = reserved(2 * MAX_SHARED * TRACE_BYTES);
    std::lock_guard<std::recursive_mutex> guard(lock);
    Launch launch{};
    memcpy(launch.grid, sizes.grid, sizeof sizes.grid);
    memcpy(launch.block, sizes.block, sizeof sizes.block);
    launch.shared_bytes = sizes.shared, launch.most_accesses = ~0ull;
    launch.stacks = stacks, launch.stack_bytes = STACK_BYTES;
    launch.shared = shared, launch.traces = traces;
    Fault fault{};
    unsigned no_list = 0;                 // threads run in ascending order
    function->entry(&launch, &fault, &no_list, parameters);
    if (!fault.kind) return SUCCESS;
    fprintf(stderr, "kernel %s: fault %u, line %u\n", function->name.c_str(), fault.kind,
            fault.line);
    return LAUNCH_FAILED;
}

bool is_allowed(const Function* function, const Sizes& sizes) {
    const unsigned *grid = sizes.grid, *block = sizes.block;
    uint64_t threads = (uint64_t)block[0] * block[1] * block[2];
    uint64_t blocks = (uint64_t)grid[0] * grid[1] * grid[2];
    return blocks && threads && threads <= MAX_BLOCK && block[2] <= 64 && grid[0] <= MAX_GRID_X &&
           grid[1] <= MAX_GRID_YZ && grid[2] <= MAX_GRID_YZ &&
           sizes.shared + function->static_shared <= function->max_shared;
}

void write_down(const Function* function) {
    counted[LAUNCHES]++;
    std::lock_guard<std::recursive_mutex> guard(lock);
    if (journal.size() < (1u << 20)) journal += function->name + '\n';
}

// A graph keeps copies of the parameters, as CUDA does.
int run_later(const Function* function, const Sizes& sizes, void** parameters, void* stream) {
    std::vector<std::vector<char>> kept;
    for (size_t i = 0; i < function->sizes.size(); i++)
        kept.emplace_back((char*)parameters[i], (char*)parameters[i] + function->sizes[i]);
    return enqueue(stream, [=]() mutable {
        std::vector<void*> pointers;
        for (auto& one : kept) pointers.push_back(one.data());
        return run(function, sizes, pointers.data());
    });
}

// From words as "pf4 vi8": pointers and values, then a letter and a size (launch.hpp).
std::vector<size_t> sizes_of(char* words) {
    std::vector<size_t> found;
    char* rest = nullptr;
    for (char* word = strtok_r(words, " ", &rest); word; word = strtok_r(nullptr, " ", &rest))
        found.push_back(word[0] == 'p' ? sizeof(void*) : atoi(word + 2));
    return found;
}
}  // namespace

// What Python asks of the stand-in itself
API void standin_counters(uint64_t* out) {
    for (int i = 0; i < COUNTERS; i++) out[i] = counted[i];
}
API void standin_free_of_charge(int on) { free_of_charge = on; }
API size_t standin_journal(char* out, size_t bytes) {
    std::lock_guard<std::recursive_mutex> guard(lock);
    size_t copied = journal.size() < bytes ? journal.size() : bytes;
    memcpy(out, journal.data(), copied);
    journal.clear();
    return copied;
}
// A library's work in Python, which is not told its stream: that of the capture, if one is open.
API int standin_enqueue(int (*work)()) {
    return streams_capturing ? enqueue(last_capturing, work) : work();
}
API int standin_success() { return SUCCESS; }
API int standin_missing(const char* name) {
    fprintf(stderr, "the stand-in for CUDA has no %s\n", name);
    return NOT_SUPPORTED;
}

API int cuInit(unsigned) { return SUCCESS; }
API int cuDriverGetVersion(int* version) { *version = 13000; return SUCCESS; }
API int cuDeviceGetCount(int* count) { *count = 1; return SUCCESS; }
API int cuDeviceGet(int* device, int index) { *device = index; return SUCCESS; }
API int cuCtxGetCurrent(void** context) { *context = &default_stream; return SUCCESS; }
API int cuCtxSetCurrent(void*) { return SUCCESS; }
API int cuCtxGetDevice(int* device) { *device = 0; return SUCCESS; }
API int cuStreamGetCtx(void*, void** context) { return cuCtxGetCurrent(context); }
API int cuGetErrorName(int status, const char** text) {
    thread_local char name[32];
    snprintf(name, sizeof name, "CUDA_ERROR %d", status);
    *text = name;
    return SUCCESS;
}
API int cuGetErrorString(int status, const char** text) {
    *text = status == INVALID ? "invalid argument" : "status of the stand-in for CUDA";
    return SUCCESS;
}

API int cuModuleLoadData(void** module, const void* image) {
    const char* text = (const char*)image;
    size_t head = sizeof IMAGE - 1;
    if (strncmp(text, IMAGE, head)) return NO_IMAGE;
    std::string path(text + head, strcspn(text + head, "\n"));
    *module = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!*module) fprintf(stderr, "%s\n", dlerror());
    return *module ? SUCCESS : NO_IMAGE;
}
API int cuModuleUnload(void*) { return SUCCESS; }
API int cuModuleGetFunction(void** function, void* module, const char* name) {
    auto symbol = [&](std::string head) { return dlsym(module, (head + name).c_str()); };
    auto entry = (Entry)symbol("simulated_launch_");
    auto signature = (void (*)(char*, size_t))symbol("simulated_signature_");
    auto shared = (size_t(*)())symbol("simulated_shared_");
    if (!entry || !signature || !shared) return NOT_FOUND;
    char words[8192];
    signature(words, sizeof words);
    *function = new Function{name, entry, sizes_of(words), (unsigned)shared(), SMALL_SHARED};
    return SUCCESS;
}
API int cuModuleGetGlobal_v2(uint64_t* address, size_t* bytes, void* module, const char* name) {
    *address = (uint64_t)dlsym(module, name), *bytes = sizeof(void*);
    return *address ? SUCCESS : NOT_FOUND;
}
API int cuFuncGetAttribute(int* value, int, void*) { *value = MAX_BLOCK; return SUCCESS; }
API int cuFuncSetAttribute(void* function, int attribute, int value) {
    constexpr int MAX_DYNAMIC_SHARED = 8;
    if (attribute != MAX_DYNAMIC_SHARED) return SUCCESS;
    if ((unsigned)value > MAX_SHARED) return INVALID;
    ((Function*)function)->max_shared = value + ((Function*)function)->static_shared;
    return SUCCESS;
}
API int cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, void*, int, size_t) {
    *blocks = 2;
    return SUCCESS;
}
API int cuOccupancyMaxPotentialBlockSize(int* grid, int* block, void*, void*, size_t, int) {
    *grid = 2 * MULTIPROCESSORS, *block = 256;
    return SUCCESS;
}
API int cuLaunchKernel(void* handle, unsigned gx, unsigned gy, unsigned gz, unsigned bx,
                       unsigned by, unsigned bz, unsigned shared, void* stream, void** parameters,
                       void**) {
    auto function = (Function*)handle;
    Sizes sizes{{gx, gy, gz}, {bx, by, bz}, shared};
    write_down(function);
    if (!is_allowed(function, sizes)) return INVALID;
    if (free_of_charge) return SUCCESS;
    if (stream_of(stream).graph) return run_later(function, sizes, parameters, stream);
    return run(function, sizes, parameters);
}
// CuPy looks these up by name when it is imported; nothing here calls them.
#define ABSENT(name) API int name() { return NOT_SUPPORTED; }
ABSENT(cuModuleLoad) ABSENT(cuLaunchCooperativeKernel) ABSENT(cuLinkCreate_v2)
ABSENT(cuLinkAddData_v2) ABSENT(cuLinkAddFile_v2) ABSENT(cuLinkComplete) ABSENT(cuLinkDestroy)
ABSENT(cuCtxCreate_v2) ABSENT(cuCtxDestroy_v2) ABSENT(cuDevicePrimaryCtxRelease_v2)
API int cuGetExportTable(const void** table, const void*) {
    static const uint64_t empty[8] = {sizeof(uint64_t)};
    *table = empty;
    return SUCCESS;
}
