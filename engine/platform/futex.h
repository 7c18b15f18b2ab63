// Sleeping until a 32-bit word is no longer what it was.
#pragma once

#include <cstdint>

namespace engine::platform {

// `word` is the address of the 32 bits, which may be half of an atomic of 64.

// Sleeps while the word is `expected`; the system compares and falls asleep in one step, so a change and a
// wake-up between the caller's look and its sleep are not lost. May return for no reason.
void futex_wait(const void* word, uint32_t expected);
void futex_wake(const void* word, int at_most);

} // namespace engine::platform
