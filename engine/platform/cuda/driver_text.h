// What a driver may say at most: limits of numbers, and its texts made safe to show.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>

namespace engine::platform::cuda {

inline constexpr uint64_t kMostMemory = uint64_t{1} << 44; // bytes of one card
inline constexpr int kMostDevices = 64;
inline constexpr int kMostPcieGeneration = 16, kMostPcieLanes = 64;

// Up to the first NUL, if there is one; what is not printable ASCII becomes a question mark.
inline std::string driver_text(std::span<const char> text) {
    std::string out(text.begin(), std::find(text.begin(), text.end(), '\0'));
    for (char& c : out) {
        if (c < ' ' || c > '~') c = '?';
    }
    return out;
}

} // namespace engine::platform::cuda
