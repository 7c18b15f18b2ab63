// How large the last cache before memory is.
#pragma once

#include <cstdint>
#include <string>

namespace engine::platform {

// Bytes of the largest data or unified cache of the first processor; 0 where the system does not say. `root`
// is a directory that looks like / (with sys), "" for this machine.
int64_t last_cache_bytes(const std::string& root = "");

} // namespace engine::platform
