// Even parts in whole groups of rows.
#include "engine/placement/node_split.h"

#include <algorithm>

namespace engine::placement {

std::vector<int64_t> row_boundaries(int64_t rows, int nodes) {
    const int64_t groups = (rows + kRowsTogether - 1) / kRowsTogether;
    std::vector<int64_t> boundaries{0};
    int64_t group = 0;
    for (int node = 0; node < nodes; ++node) {
        group += groups / nodes + (node >= nodes - groups % nodes ? 1 : 0);
        boundaries.push_back(std::min(group * kRowsTogether, rows));
    }
    return boundaries;
}

} // namespace engine::placement
