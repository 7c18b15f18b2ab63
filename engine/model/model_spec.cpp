// ModelSpec: see model_spec.h.
#include "engine/model/model_spec.h"

#include <algorithm>

namespace engine::model {

int64_t ModelSpec::experts() const {
    int64_t most = 0;
    for (const LayerSpec& layer : layers) {
        if (const auto* moe = std::get_if<MoeSpec>(&layer.feed_forward)) most = std::max(most, moe->experts);
    }
    return most;
}

int64_t ModelSpec::experts_used() const {
    int64_t most = 0;
    for (const LayerSpec& layer : layers) {
        if (const auto* moe = std::get_if<MoeSpec>(&layer.feed_forward)) most = std::max(most, moe->used);
    }
    return most;
}

} // namespace engine::model
