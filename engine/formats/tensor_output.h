// TensorOutput: appends to a file in pieces, tells how far it is and looks at the stop token between them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/base/result.h"
#include "engine/base/stop.h"
#include "engine/platform/atomic_file.h"

namespace engine::formats {

class TensorOutput {
 public:
    // All arguments must outlive it; `total` is the size that the file will have.
    TensorOutput(platform::AtomicFile& file, uint64_t total, const Progress& progress, const StopToken& stop)
        : file_(file), total_(total), progress_(progress), stop_(stop) {}

    Result<void> append(std::span<const std::byte> bytes); // also: cancelled
    Result<void> pad(uint64_t alignment);                  // zeros up to the next multiple

 private:
    platform::AtomicFile& file_;
    uint64_t done_ = 0, total_;
    const Progress& progress_;
    const StopToken& stop_;
};

} // namespace engine::formats
