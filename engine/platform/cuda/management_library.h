// ManagementLibrary: NVIDIA's NVML, which knows what each card does right now.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "engine/base/result.h"

namespace engine::platform::cuda {

class ManagementLibrary {
 public:
    // Errors: not_found, unsupported (broken library, or one that refuses to start).
    static Result<ManagementLibrary> open(const std::string& name);

    // Below zero: not known.
    struct State {
        int64_t memory_bytes = -1, free_bytes = -1;
        int load_percent = -1, celsius = -1;
        double watts = -1;
    };
    struct Link {
        int generation = 0, lanes = 0;
    };
    // `bus` is the card's place as the driver writes it: "0000:01:00.0".
    State state(const std::string& bus) const;
    Link link(const std::string& bus) const;
    std::string driver_version() const; // "": not known

 private:
    struct Functions;
    explicit ManagementLibrary(std::shared_ptr<const Functions> functions)
        : functions_(std::move(functions)) {}
    std::shared_ptr<const Functions> functions_;
};

} // namespace engine::platform::cuda
