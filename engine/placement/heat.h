// Heat: how often each expert of each layer is used.
#pragma once

#include <cstdint>
#include <vector>

namespace engine::placement {

// Shares of a layer's calls, which add up to 1 in each layer; empty: not known, all are alike.
struct Heat {
    std::vector<std::vector<float>> share; // {layers}{experts}; {} for dense layers

    bool known() const { return !share.empty(); }
};

} // namespace engine::placement
