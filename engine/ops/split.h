// How finely a loop over rows is split among workers.
#pragma once

#include <algorithm>
#include <cstdint>

namespace engine::ops {

// Handing a range to another worker costs about a microsecond; below this many elements per range an
// elementwise loop gains nothing.
inline constexpr int64_t kElementsPerRange = 8192;

inline int64_t rows_per_range(int64_t columns) {
    return std::max<int64_t>(1, kElementsPerRange / std::max<int64_t>(columns, 1));
}

inline int64_t round_up(int64_t n, int64_t to) {
    return (n + to - 1) / to * to;
}

} // namespace engine::ops
