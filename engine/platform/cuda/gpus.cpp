// CUDA's driver interface by its documented C functions, NVML beside it, /sys where both are silent.
#include "engine/platform/cuda/gpus.h"

#include <array>
#include <cctype>
#include <optional>

#include "engine/platform/cuda/driver_text.h"
#include "engine/platform/cuda/management_library.h"
#include "engine/platform/dynamic_library.h"
#include "engine/platform/system_files.h"

namespace engine::platform::cuda {

namespace {

constexpr int kComputeMajor = 75, kComputeMinor = 76; // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_*

struct Driver {
    int (*start)(unsigned flags) = nullptr;
    int (*count)(int* count) = nullptr;
    int (*device)(int* device, int ordinal) = nullptr;
    int (*name)(char* name, int size, int device) = nullptr;
    int (*attribute)(int* value, int attribute, int device) = nullptr;
    int (*memory)(size_t* bytes, int device) = nullptr;
    int (*bus)(char* text, int size, int device) = nullptr;
};

std::string what_the_driver_says(int code) {
    switch (code) {
        case 100:
            return "The NVIDIA driver is installed, but it finds no GPU.";
        case 803:
            return "The NVIDIA driver was updated while it ran: restart the computer.";
        case 804:
            return "The NVIDIA driver is too old for this GPU.";
        default:
            return "The NVIDIA driver does not start (error " + std::to_string(code) +
                   "): restart the computer, or install the driver again.";
    }
}

Result<Driver> open_driver(const std::string& name) {
    ENGINE_ASSIGN(const DynamicLibrary library, DynamicLibrary::open(name));
    Driver driver;
    if (library.find("cuInit", driver.start) && library.find("cuDeviceGetCount", driver.count) &&
        library.find("cuDeviceGet", driver.device) && library.find("cuDeviceGetName", driver.name) &&
        library.find("cuDeviceGetAttribute", driver.attribute) &&
        library.find("cuDeviceTotalMem_v2", driver.memory) && library.find("cuDeviceGetPCIBusId", driver.bus))
        return driver;
    return Error{ErrorCode::unsupported, name + " lacks functions that every driver has", ""};
}

// The link as card and slot can have it: "16.0 GT/s PCIe" and "16".
void read_link(const std::string& root, std::string bus, Gpu& gpu) {
    for (char& c : bus)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (bus.find_first_not_of("0123456789abcdef:.") != std::string::npos) return;
    const std::string folder = root + "/sys/bus/pci/devices/" + bus + "/";
    const std::string speed = first_line(folder + "max_link_speed").value_or("");
    constexpr std::array<const char*, 6> kSpeeds = {"2.5 ", "5.0 ", "8.0 ", "16.0 ", "32.0 ", "64.0 "};
    for (size_t i = 0; i < kSpeeds.size(); ++i) {
        if (speed.starts_with(kSpeeds[i])) gpu.pcie_generation = static_cast<int>(i) + 1;
    }
    const auto lanes = number(first_line(folder + "max_link_width").value_or(""));
    if (lanes && *lanes > 0 && *lanes <= kMostPcieLanes) gpu.pcie_lanes = static_cast<int>(*lanes);
}

// nullopt: the driver refuses, or says what cannot be.
std::optional<Gpu> describe(const Driver& driver, int ordinal, std::string& bus) {
    int device = 0;
    std::array<char, 256> name{};
    std::array<char, 32> place{};
    size_t bytes = 0;
    Gpu gpu;
    if (driver.device(&device, ordinal) != 0 ||
        driver.name(name.data(), static_cast<int>(name.size()), device) != 0 ||
        driver.memory(&bytes, device) != 0 ||
        driver.attribute(&gpu.compute_major, kComputeMajor, device) != 0 ||
        driver.attribute(&gpu.compute_minor, kComputeMinor, device) != 0)
        return std::nullopt;
    const auto plausible = [](int version) { return version >= 0 && version < 100; };
    if (bytes == 0 || bytes > kMostMemory || !plausible(gpu.compute_major) || !plausible(gpu.compute_minor))
        return std::nullopt;
    gpu.name = driver_text(name);
    gpu.memory_bytes = gpu.available_bytes = static_cast<int64_t>(bytes);
    if (driver.bus(place.data(), static_cast<int>(place.size()), device) == 0) bus = driver_text(place);
    return gpu;
}

void ask_management(const ManagementLibrary& management, const std::string& bus, Gpu& gpu) {
    const auto state = management.state(bus);
    if (state.free_bytes >= 0) gpu.available_bytes = std::min(state.free_bytes, gpu.memory_bytes);
    const auto link = management.link(bus);
    if (link.generation > 0) gpu.pcie_generation = link.generation;
    if (link.lanes > 0) gpu.pcie_lanes = link.lanes;
    gpu.driver = management.driver_version();
}

} // namespace

GpuSurvey survey_gpus(const GpuLibraries& libraries, const std::string& root) {
    GpuSurvey survey;
    const auto driver = open_driver(libraries.driver);
    if (!driver.ok()) {
        survey.note =
            driver.error().code == ErrorCode::not_found
                ? "No NVIDIA driver is installed (" + libraries.driver + " was not found)."
                : "The NVIDIA driver is broken: " + driver.error().message + ". Install the driver again.";
        return survey;
    }
    int count = 0;
    int code = driver->start(0);
    if (code == 0) code = driver->count(&count);
    if (code != 0 || count == 0) {
        survey.note = what_the_driver_says(code != 0 ? code : 100);
        return survey;
    }
    if (count < 0 || count > kMostDevices) {
        survey.note = "The NVIDIA driver is broken: it reports " + std::to_string(count) + " GPUs.";
        return survey;
    }
    const auto management = ManagementLibrary::open(libraries.management);
    if (!management.ok())
        survey.note = "How much of a GPU is free is not known: " + management.error().message + ".";
    for (int i = 0; i < count; ++i) {
        std::string bus;
        auto gpu = describe(*driver, i, bus);
        if (!gpu) {
            survey.note = "The NVIDIA driver gives no sensible description of GPU " + std::to_string(i) +
                          "; it is not used.";
            continue;
        }
        read_link(root, bus, *gpu);
        if (management.ok()) ask_management(*management, bus, *gpu);
        survey.gpus.push_back(*std::move(gpu));
        survey.buses.push_back(std::move(bus));
    }
    return survey;
}

} // namespace engine::platform::cuda
