// CUDA's driver interface by its documented C functions (CUDA Driver API, Memory and Primary Context
// Management).
#include "engine/platform/cuda/device_copies.h"

#include <algorithm>
#include <utility>

#include "engine/platform/dynamic_library.h"

namespace engine::platform::cuda {

namespace {

using Context = void*;
using Address = unsigned long long; // CUdeviceptr
constexpr int kOutOfMemory = 2;     // CUDA_ERROR_OUT_OF_MEMORY

struct Driver {
    int (*start)(unsigned flags) = nullptr;
    int (*device_at)(int* device, const char* bus) = nullptr;
    int (*retain)(Context* context, int device) = nullptr;
    int (*release)(int device) = nullptr;
    int (*push)(Context context) = nullptr;
    int (*pop)(Context* context) = nullptr;
    int (*wait)() = nullptr;
    int (*allocate)(Address* address, size_t bytes) = nullptr;
    int (*free)(Address address) = nullptr;
    int (*pin)(void** host, size_t bytes) = nullptr;
    int (*unpin)(void* host) = nullptr;
    int (*to_device)(Address to, const void* from, size_t bytes) = nullptr;
    int (*from_device)(void* to, Address from, size_t bytes) = nullptr;
    int (*within)(Address to, Address from, size_t bytes) = nullptr;
};

Result<Driver> open_driver(const std::string& name) {
    ENGINE_ASSIGN(const DynamicLibrary library, DynamicLibrary::open(name));
    Driver d;
    if (library.find("cuInit", d.start) && library.find("cuDeviceGetByPCIBusId", d.device_at) &&
        library.find("cuDevicePrimaryCtxRetain", d.retain) &&
        library.find("cuDevicePrimaryCtxRelease_v2", d.release) &&
        library.find("cuCtxPushCurrent_v2", d.push) && library.find("cuCtxPopCurrent_v2", d.pop) &&
        library.find("cuCtxSynchronize", d.wait) && library.find("cuMemAlloc_v2", d.allocate) &&
        library.find("cuMemFree_v2", d.free) && library.find("cuMemAllocHost_v2", d.pin) &&
        library.find("cuMemFreeHost", d.unpin) && library.find("cuMemcpyHtoD_v2", d.to_device) &&
        library.find("cuMemcpyDtoH_v2", d.from_device) && library.find("cuMemcpyDtoD_v2", d.within))
        return d;
    return Error{ErrorCode::unsupported, name + " lacks functions that every driver has", ""};
}

Error refused(int code) {
    return {code == kOutOfMemory ? ErrorCode::out_of_memory : ErrorCode::unsupported,
            "the GPU's driver refuses (error " + std::to_string(code) + ")", ""};
}

} // namespace

struct DeviceCopies::State {
    Driver driver;
    int device = 0;
    Context context = nullptr;
    void* host = nullptr;
    Address first = 0, second = 0;
    size_t host_bytes = 0, device_bytes = 0;

    // fn() with the card's context as this thread's.
    template <typename Fn>
    int inside(Fn&& fn) {
        if (const int code = driver.push(context); code != 0) return code;
        const int code = fn();
        Context popped = nullptr;
        driver.pop(&popped);
        return code;
    }
    // Copies within a card are under way when the driver returns.
    template <typename Fn>
    bool copy(Fn&& fn) {
        return inside([&] {
                   const int code = fn();
                   return code != 0 ? code : driver.wait();
               }) == 0;
    }
    int allocate() {
        return inside([&] {
            int code = driver.pin(&host, host_bytes);
            if (code == 0) code = driver.allocate(&first, device_bytes);
            if (code == 0) code = driver.allocate(&second, device_bytes);
            return code;
        });
    }
    ~State() {
        if (context == nullptr) return;
        inside([&] {
            if (second != 0) driver.free(second);
            if (first != 0) driver.free(first);
            if (host != nullptr) driver.unpin(host);
            return 0;
        });
        driver.release(device);
    }
};

DeviceCopies::DeviceCopies(std::unique_ptr<State> state) : state_(std::move(state)) {}
DeviceCopies::DeviceCopies(DeviceCopies&&) noexcept = default;
DeviceCopies& DeviceCopies::operator=(DeviceCopies&&) noexcept = default;
DeviceCopies::~DeviceCopies() = default;

Result<DeviceCopies> DeviceCopies::open(const GpuLibraries& libraries, const std::string& bus,
                                        int64_t host_bytes, int64_t device_bytes) {
    auto state = std::make_unique<State>();
    ENGINE_ASSIGN(state->driver, open_driver(libraries.driver));
    state->device_bytes = static_cast<size_t>(device_bytes);
    state->host_bytes = static_cast<size_t>(std::min(host_bytes, device_bytes));
    const Driver& driver = state->driver;
    if (const int code = driver.start(0); code != 0) return refused(code);
    if (driver.device_at(&state->device, bus.c_str()) != 0)
        return Error{ErrorCode::not_found, "no GPU is at " + bus, ""};
    if (const int code = driver.retain(&state->context, state->device); code != 0) {
        state->context = nullptr;
        return refused(code);
    }
    if (const int code = state->allocate(); code != 0) return refused(code);
    return DeviceCopies(std::move(state));
}

bool DeviceCopies::to_device() {
    State& s = *state_;
    return s.copy([&] { return s.driver.to_device(s.first, s.host, s.host_bytes); });
}

bool DeviceCopies::from_device() {
    State& s = *state_;
    return s.copy([&] { return s.driver.from_device(s.host, s.first, s.host_bytes); });
}

bool DeviceCopies::within_device() {
    State& s = *state_;
    return s.copy([&] { return s.driver.within(s.second, s.first, s.device_bytes); });
}

} // namespace engine::platform::cuda
