// How much memory there is: on the machine, within the control group's limit, on one memory node.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace engine::platform {

// `root` is a directory that looks like / (with proc and sys); "" is the machine itself.

struct MemorySize {
    int64_t total = 0, available = 0;
};
MemorySize memory_size(const std::string& root);

// nullopt: the system does not say. `node` is the system's number.
std::optional<int64_t> node_available_bytes(const std::string& root, int node);

} // namespace engine::platform
