// The sampler chain.
#include "engine/generation/sampling/sampler.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "engine/base/random.h"

namespace engine::generation {

namespace {

Error out_of_range(const char* name, double value, const char* range) {
    return {ErrorCode::invalid_argument,
            std::string(name) + " is " + std::to_string(value) + ", but must be " + range,
            "Change it in the sampling settings."};
}

std::span<const int32_t> last(const std::vector<int32_t>& history, int32_t window) {
    const size_t n = window < 0 ? history.size() : std::min(history.size(), static_cast<size_t>(window));
    return std::span(history).last(n);
}

int32_t best_of(std::span<const float> logits) {
    int32_t best = -1;
    for (size_t i = 0; i < logits.size(); ++i) {
        if (!std::isfinite(logits[i])) continue;
        if (best < 0 || logits[i] > logits[static_cast<size_t>(best)]) best = static_cast<int32_t>(i);
    }
    return best;
}

} // namespace

Result<void> check_sampling(const Sampling& s) {
    const auto in = [](double v, double low, double high) { return v >= low && v <= high; }; // false for NaN
    if (!in(s.temperature, 0, 100)) return out_of_range("temperature", s.temperature, "between 0 and 100");
    if (s.top_k < 0) return out_of_range("top_k", s.top_k, "0 (off) or more");
    if (!in(s.top_p, 0, 1)) return out_of_range("top_p", s.top_p, "between 0 and 1");
    if (!in(s.min_p, 0, 1)) return out_of_range("min_p", s.min_p, "between 0 and 1");
    if (!in(s.typical_p, 0, 1)) return out_of_range("typical_p", s.typical_p, "between 0 and 1");
    if (!in(s.xtc_probability, 0, 1))
        return out_of_range("xtc_probability", s.xtc_probability, "between 0 and 1");
    if (!in(s.xtc_threshold, 0, 1)) return out_of_range("xtc_threshold", s.xtc_threshold, "between 0 and 1");
    if (!in(s.repetition_penalty, 0.01, 100))
        return out_of_range("repetition_penalty", s.repetition_penalty, "between 0.01 and 100");
    if (!in(s.frequency_penalty, -100, 100))
        return out_of_range("frequency_penalty", s.frequency_penalty, "between -100 and 100");
    if (!in(s.presence_penalty, -100, 100))
        return out_of_range("presence_penalty", s.presence_penalty, "between -100 and 100");
    if (!in(s.dry_multiplier, 0, 1000))
        return out_of_range("dry_multiplier", s.dry_multiplier, "between 0 and 1000");
    if (!in(s.dry_base, 1, 100)) return out_of_range("dry_base", s.dry_base, "between 1 and 100");
    if (s.dry_allowed_length < 1)
        return out_of_range("dry_allowed_length", s.dry_allowed_length, "1 or more");
    for (const auto& [id, bias] : s.logit_bias) {
        if (std::isnan(bias)) return out_of_range("logit_bias", bias, "a number");
    }
    return {};
}

Sampler::Sampler(const Sampling& settings, std::vector<uint8_t> dry_breaks, std::span<const int32_t> history)
    : settings_(settings), dry_breaks_(std::move(dry_breaks)), history_(history.begin(), history.end()) {}

void Sampler::penalise(std::span<float> logits) const {
    const Sampling& s = settings_;
    for (const auto& [id, bias] : s.logit_bias) {
        if (id >= 0 && id < static_cast<int64_t>(logits.size())) {
            float& logit = logits[static_cast<size_t>(id)];
            logit = static_cast<float>(logit + bias);
        }
    }
    if (s.repetition_penalty != 1 || s.frequency_penalty != 0 || s.presence_penalty != 0) {
        penalise_repetition(logits, last(history_, s.penalty_window), s.repetition_penalty,
                            s.frequency_penalty, s.presence_penalty);
    }
    if (s.dry_multiplier > 0) {
        penalise_dry(logits, last(history_, s.dry_window), s.dry_multiplier, s.dry_base, s.dry_allowed_length,
                     dry_breaks_);
    }
}

int32_t Sampler::sample(std::span<float> logits) {
    penalise(logits);
    // Two rolls per step whether they are needed or not: switching one filter on must not shift the other's
    // numbers.
    Random random(settings_.seed, step_++);
    const double xtc_roll = random.uniform();
    const double pick = random.uniform();
    if (settings_.greedy || settings_.temperature <= 0 || settings_.top_k == 1) return best_of(logits);

    candidates_.clear();
    for (size_t i = 0; i < logits.size(); ++i) {
        if (std::isfinite(logits[i])) candidates_.push_back({static_cast<int32_t>(i), logits[i], 0});
    }
    if (candidates_.empty()) return -1;
    return draw(candidates_, xtc_roll, pick);
}

int32_t Sampler::draw(Candidates& candidates, double xtc_roll, double pick) const {
    const Sampling& s = settings_;
    keep_best(candidates, s.top_k > 0 ? s.top_k : static_cast<int64_t>(candidates.size()));
    if (s.typical_p < 1) filter_typical(candidates, s.typical_p);
    if (s.top_p < 1) filter_top_p(candidates, s.top_p);
    if (s.min_p > 0) filter_min_p(candidates, s.min_p);
    if (xtc_roll < s.xtc_probability) filter_xtc(candidates, s.xtc_threshold);

    normalise(candidates, s.temperature);
    double sum = 0;
    for (const Candidate& c : candidates) {
        sum += c.p;
        if (pick < sum) return c.id;
    }
    return candidates.back().id; // rounding left the sum just under 1
}

} // namespace engine::generation
