// Stop strings over a stream of text.
#include "engine/generation/stop_matcher.h"

#include <algorithm>
#include <utility>

namespace engine::generation {

StopMatcher::StopMatcher(std::vector<std::string> stops) : stops_(std::move(stops)) {
    std::erase_if(stops_, [](const std::string& s) { return s.empty(); });
}

std::string StopMatcher::push(std::string_view text) {
    if (stopped_) return "";
    pending_ += text;
    size_t first = std::string::npos;
    for (const std::string& stop : stops_)
        first = std::min(first, pending_.find(stop));
    if (first != std::string::npos) {
        stopped_ = true;
        std::string out = pending_.substr(0, first);
        pending_.clear();
        return out;
    }
    size_t held = 0; // longest end of pending_ that is the beginning of a stop string
    for (const std::string& stop : stops_) {
        for (size_t n = std::min(stop.size() - 1, pending_.size()); n > held; --n) {
            if (std::string_view(pending_).substr(pending_.size() - n) == std::string_view(stop).substr(0, n))
                held = n;
        }
    }
    std::string out = pending_.substr(0, pending_.size() - held);
    pending_.erase(0, out.size());
    return out;
}

std::string StopMatcher::finish() {
    return std::exchange(pending_, {});
}

} // namespace engine::generation
