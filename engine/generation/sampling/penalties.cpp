// Penalties on logits: repetition, frequency, presence, DRY.
#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "engine/generation/sampling/candidates.h"

namespace engine::generation {

void penalise_repetition(std::span<float> logits, std::span<const int32_t> history, double repetition,
                         double frequency, double presence) {
    std::unordered_map<int32_t, int32_t> counts;
    for (const int32_t id : history) {
        if (id >= 0 && id < static_cast<int64_t>(logits.size())) ++counts[id];
    }
    for (const auto& [id, count] : counts) {
        double logit = logits[static_cast<size_t>(id)];
        // Keskar et al. 2019 (CTRL) divide; a negative logit must be multiplied to fall as well.
        logit = logit > 0 ? logit / repetition : logit * repetition;
        logit -= frequency * count + presence;
        logits[static_cast<size_t>(id)] = static_cast<float>(logit);
    }
}

namespace {

// z[i] = length of the longest common prefix of s and s[i..]; linear time (Gusfield 1997, Z algorithm).
std::vector<int64_t> z_function(std::span<const int32_t> s) {
    const auto n = static_cast<int64_t>(s.size());
    std::vector<int64_t> z(s.size(), 0);
    int64_t left = 0;
    int64_t right = 0;
    for (int64_t i = 1; i < n; ++i) {
        auto& zi = z[static_cast<size_t>(i)];
        if (i < right) zi = std::min(right - i, z[static_cast<size_t>(i - left)]);
        while (i + zi < n && s[static_cast<size_t>(zi)] == s[static_cast<size_t>(i + zi)])
            ++zi;
        if (i + zi > right) {
            left = i;
            right = i + zi;
        }
    }
    return z;
}

} // namespace

void penalise_dry(std::span<float> logits, std::span<const int32_t> history, double multiplier, double base,
                  int32_t allowed_length, std::span<const uint8_t> breaks) {
    std::vector<int32_t> reversed(history.rbegin(), history.rend());
    // A repeated sequence ends at the nearest breaker, looking back from the end of the history.
    int64_t reach = 0;
    const auto breaker = [&](int32_t id) {
        return id < 0 || (id < static_cast<int64_t>(breaks.size()) && breaks[static_cast<size_t>(id)] != 0);
    };
    while (reach < static_cast<int64_t>(reversed.size()) && !breaker(reversed[static_cast<size_t>(reach)]))
        ++reach;
    if (reach < allowed_length) return;

    // reversed[i..] begins like reversed: the tokens before history[n - i] are the tokens at the history's
    // end.
    const std::vector<int64_t> z = z_function(reversed);
    std::unordered_map<int32_t, int64_t> longest;
    for (size_t i = 1; i < reversed.size(); ++i) {
        const int64_t length = std::min(z[i], reach);
        if (length < allowed_length) continue;
        int64_t& best = longest[reversed[i - 1]];
        best = std::max(best, length);
    }
    for (const auto& [id, length] : longest) {
        if (breaker(id) || id >= static_cast<int64_t>(logits.size())) continue;
        const double exponent =
            std::min(static_cast<double>(length - allowed_length), 200.0); // base^200 stays finite
        float& logit = logits[static_cast<size_t>(id)];
        logit = static_cast<float>(std::max(logit - multiplier * std::pow(base, exponent), -1e30));
    }
}

} // namespace engine::generation
