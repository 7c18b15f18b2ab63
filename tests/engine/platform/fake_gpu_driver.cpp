// A driver of GPUs that do not exist: libcuda and NVML in one library, told by macros how to misbehave.
#include <cstddef>
#include <cstdint>
#include <cstdio>
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
