// How much memory this process holds and has held.
#pragma once

#include <cstdint>

namespace engine::platform {

// Most bytes that were resident at once since the program began, mapped files included; 0 where the system
// does not say. (getrusage() would count the memory of the program that started this one.)
int64_t peak_resident_bytes();
int64_t resident_bytes(); // now

} // namespace engine::platform
