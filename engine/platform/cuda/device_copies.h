// DeviceCopies: bytes to a card, from it and within it, by the driver's plain copies.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "engine/base/result.h"
#include "engine/platform/gpu_libraries.h"

namespace engine::platform::cuda {

// Two buffers on the card and one in pinned memory, with what copies between them. Used by one thread at a
// time.
class DeviceCopies {
 public:
    // `bus`: the card as GpuSurvey::buses names it. `device_bytes` of each of its buffers, `host_bytes` of
    // the pinned one, not more. Makes the card's context, which takes some hundred milliseconds and some
    // hundred MB of its memory until this ends. Errors: not_found, unsupported (no driver, or one that
    // refuses), out_of_memory.
    static Result<DeviceCopies> open(const GpuLibraries& libraries, const std::string& bus,
                                     int64_t host_bytes, int64_t device_bytes);
    DeviceCopies(DeviceCopies&&) noexcept;
    DeviceCopies& operator=(DeviceCopies&&) noexcept;
    ~DeviceCopies();

    // Whole buffers; over when they return. False: the driver refused.
    bool to_device();
    bool from_device();
    bool within_device();

 private:
    struct State;
    explicit DeviceCopies(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

} // namespace engine::platform::cuda
