// NVML by its documented C interface; every value is checked, since the library is not ours.
#include "engine/platform/cuda/management_library.h"

#include <algorithm>
#include <array>

#include "engine/platform/cuda/driver_text.h"
#include "engine/platform/dynamic_library.h"

namespace engine::platform::cuda {

namespace {
using Device = void*;
struct Memory {
    unsigned long long total, free, used;
};
struct Load {
    unsigned gpu, memory;
};
constexpr unsigned kCoreSensor = 0;
} // namespace

struct ManagementLibrary::Functions {
    int (*start)() = nullptr;
    int (*find)(const char* bus, Device* device) = nullptr;
    int (*memory)(Device device, Memory* memory) = nullptr;
    int (*driver)(char* text, unsigned size) = nullptr;
    int (*load)(Device device, Load* load) = nullptr;
    int (*temperature)(Device device, unsigned sensor, unsigned* celsius) = nullptr;
    int (*power)(Device device, unsigned* milliwatts) = nullptr;
    int (*generation)(Device device, unsigned* generation) = nullptr;
    int (*lanes)(Device device, unsigned* lanes) = nullptr;

    Device device(const std::string& bus) const {
        Device found = nullptr;
        return find(bus.c_str(), &found) == 0 ? found : nullptr;
    }
    // -1: refused, or out of any card's range.
    static int64_t read(int (*function)(Device, unsigned*), Device device, unsigned most) {
        unsigned value = 0;
        if (function == nullptr || function(device, &value) != 0 || value > most) return -1;
        return value;
    }
};

Result<ManagementLibrary> ManagementLibrary::open(const std::string& name) {
    ENGINE_ASSIGN(const DynamicLibrary library, DynamicLibrary::open(name));
    auto functions = std::make_shared<Functions>();
    if (!library.find("nvmlInit_v2", functions->start) ||
        !library.find("nvmlDeviceGetHandleByPciBusId_v2", functions->find) ||
        !library.find("nvmlDeviceGetMemoryInfo", functions->memory))
        return Error{ErrorCode::unsupported, name + " lacks functions that every driver has",
                     "Install the driver again."};
    // Without these something stays unknown.
    library.find("nvmlSystemGetDriverVersion", functions->driver);
    library.find("nvmlDeviceGetUtilizationRates", functions->load);
    library.find("nvmlDeviceGetTemperature", functions->temperature);
    library.find("nvmlDeviceGetPowerUsage", functions->power);
    library.find("nvmlDeviceGetMaxPcieLinkGeneration", functions->generation);
    library.find("nvmlDeviceGetMaxPcieLinkWidth", functions->lanes);
    if (const int code = functions->start(); code != 0)
        return Error{ErrorCode::unsupported, name + " does not start (error " + std::to_string(code) + ")",
                     "Restart the computer, or install the driver again."};
    return ManagementLibrary(std::move(functions));
}

ManagementLibrary::State ManagementLibrary::state(const std::string& bus) const {
    State state;
    const Device device = functions_->device(bus);
    if (device == nullptr) return state;
    Memory memory{};
    if (functions_->memory(device, &memory) == 0 && memory.total <= kMostMemory &&
        memory.free <= memory.total) {
        state.memory_bytes = static_cast<int64_t>(memory.total);
        state.free_bytes = static_cast<int64_t>(memory.free);
    }
    Load load{};
    if (functions_->load != nullptr && functions_->load(device, &load) == 0 && load.gpu <= 100)
        state.load_percent = static_cast<int>(load.gpu);
    unsigned celsius = 0;
    if (functions_->temperature != nullptr && functions_->temperature(device, kCoreSensor, &celsius) == 0 &&
        celsius < 200)
        state.celsius = static_cast<int>(celsius);
    const int64_t milliwatts = Functions::read(functions_->power, device, 10'000'000);
    if (milliwatts >= 0) state.watts = static_cast<double>(milliwatts) / 1000;
    return state;
}

ManagementLibrary::Link ManagementLibrary::link(const std::string& bus) const {
    const Device device = functions_->device(bus);
    if (device == nullptr) return {};
    const auto generation = Functions::read(functions_->generation, device, kMostPcieGeneration);
    const auto lanes = Functions::read(functions_->lanes, device, kMostPcieLanes);
    return {static_cast<int>(std::max<int64_t>(generation, 0)),
            static_cast<int>(std::max<int64_t>(lanes, 0))};
}

std::string ManagementLibrary::driver_version() const {
    std::array<char, 80> text{};
    if (functions_->driver == nullptr || functions_->driver(text.data(), text.size()) != 0) return "";
    return driver_text(text);
}

} // namespace engine::platform::cuda
