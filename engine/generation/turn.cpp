// Rates and names of a turn's outcome.
#include "engine/generation/turn.h"

namespace engine::generation {

const char* to_string(StopReason reason) {
    switch (reason) {
        case StopReason::end_of_turn:
            return "end";
        case StopReason::stop_string:
            return "stop";
        case StopReason::max_tokens:
            return "length";
        case StopReason::context_full:
            return "context";
        case StopReason::cancelled:
            return "cancelled";
    }
    return "";
}

std::optional<double> ReplyMetrics::prompt_tokens_per_s() const {
    const int64_t read = prompt_tokens - cached_tokens;
    if (read < 1 || prompt_seconds <= 0) return std::nullopt;
    return static_cast<double>(read) / prompt_seconds;
}

std::optional<double> ReplyMetrics::generate_tokens_per_s() const {
    if (generated_tokens < 2 || generate_seconds <= 0) return std::nullopt;
    return static_cast<double>(generated_tokens - 1) / generate_seconds;
}

} // namespace engine::generation
