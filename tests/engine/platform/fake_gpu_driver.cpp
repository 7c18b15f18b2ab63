// A driver of GPUs that do not exist: libcuda and NVML in one library, told by macros how to misbehave.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#ifndef FAKE_COUNT
#define FAKE_COUNT 2
#endif
#ifndef FAKE_INIT
#define FAKE_INIT 0
#endif
#define EXPORTED extern "C" __attribute__((visibility("default")))

namespace {
constexpr size_t kBytes[] = {size_t{24} << 30, size_t{8} << 30};
}

EXPORTED int cuInit(unsigned) {
    return FAKE_INIT;
}
EXPORTED int cuDeviceGetCount(int* count) {
    *count = FAKE_COUNT;
    return 0;
}
#ifndef FAKE_LACKS_DEVICE
EXPORTED int cuDeviceGet(int* device, int ordinal) {
    *device = ordinal + 100;
    return 0;
}
#endif
EXPORTED int cuDeviceGetName(char* name, int size, int device) {
#ifdef FAKE_LIES
    std::memset(name, device == 100 ? 0xff : '\n', static_cast<size_t>(size)); // no end, no text
#else
    std::snprintf(name, static_cast<size_t>(size), "Fake GPU %d", device - 100);
#endif
    return 0;
}
EXPORTED int cuDeviceGetAttribute(int* value, int attribute, int) {
    *value = attribute == 75 ? 8 : attribute == 76 ? 9 : -1;
    return 0;
}
EXPORTED int cuDeviceTotalMem_v2(size_t* bytes, int device) {
#ifdef FAKE_LIES
    *bytes = device == 100 ? size_t{1} << 30 : ~size_t{0};
#else
    *bytes = kBytes[device - 100];
#endif
    return 0;
}
EXPORTED int cuDeviceGetPCIBusId(char* text, int size, int device) {
#ifdef FAKE_LIES
    std::memset(text, '/', static_cast<size_t>(size));
    return device < 0;
#else
    std::snprintf(text, static_cast<size_t>(size), "0000:0%d:00.0", device - 100);
    return 0;
#endif
}

// What cuda/device_copies calls: "device memory" is this process's.
#ifndef FAKE_LACKS_COPIES
namespace {
int g_contexts = 0, g_pushed = 0, g_buffers = 0;
bool inside() {
    return g_contexts > 0 && g_pushed > 0;
}
void* take(size_t bytes) {
    if (!inside() || bytes > size_t{1} << 30) return nullptr;
    ++g_buffers;
    return std::calloc(bytes, 1);
}
int give(void* memory) {
    if (!inside()) return 201; // CUDA_ERROR_INVALID_CONTEXT
    --g_buffers;
    std::free(memory);
    return 0;
}
int copy(void* to, const void* from, size_t bytes) {
    if (!inside()) return 201;
    std::memcpy(to, from, bytes);
    return 0;
}
void* pointer(unsigned long long address) {
    return reinterpret_cast<void*>(address);
}
} // namespace
EXPORTED int cuDeviceGetByPCIBusId(int* device, const char* bus) {
    return std::sscanf(bus, "0000:0%d:00.0", device) == 1 ? 0 : 101;
}
EXPORTED int cuDevicePrimaryCtxRetain(void** context, int) {
    ++g_contexts;
    *context = &g_contexts;
    return 0;
}
EXPORTED int cuDevicePrimaryCtxRelease_v2(int) {
    --g_contexts;
    return 0;
}
EXPORTED int cuCtxPushCurrent_v2(void* context) {
    if (context != &g_contexts || g_contexts == 0) return 201;
    ++g_pushed;
    return 0;
}
EXPORTED int cuCtxPopCurrent_v2(void**) {
    --g_pushed;
    return 0;
}
EXPORTED int cuCtxSynchronize() {
    return inside() ? 0 : 201;
}
EXPORTED int cuMemAlloc_v2(unsigned long long* address, size_t bytes) {
#ifdef FAKE_FULL
    return 2; // CUDA_ERROR_OUT_OF_MEMORY
#endif
    *address = reinterpret_cast<unsigned long long>(take(bytes));
    return *address == 0 ? 2 : 0;
}
EXPORTED int cuMemFree_v2(unsigned long long address) {
    return give(pointer(address));
}
EXPORTED int cuMemAllocHost_v2(void** host, size_t bytes) {
    *host = take(bytes);
    return *host == nullptr ? 2 : 0;
}
EXPORTED int cuMemFreeHost(void* host) {
    return give(host);
}
EXPORTED int cuMemcpyHtoD_v2(unsigned long long to, const void* from, size_t bytes) {
    return copy(pointer(to), from, bytes);
}
EXPORTED int cuMemcpyDtoH_v2(void* to, unsigned long long from, size_t bytes) {
    return copy(to, pointer(from), bytes);
}
EXPORTED int cuMemcpyDtoD_v2(unsigned long long to, unsigned long long from, size_t bytes) {
#ifdef FAKE_REFUSES
    return 700; // CUDA_ERROR_ILLEGAL_ADDRESS
#endif
    return copy(pointer(to), pointer(from), bytes);
}
// For tests: contexts, pushed ones and buffers that are still there.
EXPORTED int fake_left_over() {
    return g_contexts + g_pushed + g_buffers;
}
#endif

EXPORTED int nvmlInit_v2() {
    return 0;
}
EXPORTED int nvmlDeviceGetHandleByPciBusId_v2(const char* bus, void** device) {
    static int first, second;
    if (std::strcmp(bus, "0000:00:00.0") == 0) *device = &first;
    if (std::strcmp(bus, "0000:01:00.0") == 0) *device = &second;
    return *device == nullptr ? 6 : 0;
}
EXPORTED int nvmlDeviceGetMemoryInfo(void*, uint64_t* memory) {
    memory[0] = uint64_t{8} << 30;
    memory[1] = uint64_t{7} << 30;
    memory[2] = uint64_t{1} << 30;
    return 0;
}
EXPORTED int nvmlSystemGetDriverVersion(char* text, unsigned size) {
    std::snprintf(text, size, "570.86.15");
    return 0;
}
EXPORTED int nvmlDeviceGetUtilizationRates(void*, unsigned* load) {
    load[0] = 42;
    load[1] = 7;
    return 0;
}
EXPORTED int nvmlDeviceGetTemperature(void*, unsigned, unsigned* celsius) {
    *celsius = 61;
    return 0;
}
EXPORTED int nvmlDeviceGetPowerUsage(void*, unsigned* milliwatts) {
    *milliwatts = 214500;
    return 0;
}
EXPORTED int nvmlDeviceGetMaxPcieLinkGeneration(void*, unsigned* generation) {
    *generation = 4;
    return 0;
}
EXPORTED int nvmlDeviceGetMaxPcieLinkWidth(void*, unsigned* lanes) {
    *lanes = 4000; // no such link
    return 0;
}
