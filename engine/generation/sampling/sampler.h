// Sampler: the chain from logits to one token. Order: bias, penalties, DRY, top-k, typical, top-p, min-p,
// XTC, temperature, draw. Temperature comes last so that the filters see the model's own probabilities.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/result.h"
#include "engine/generation/sampling/candidates.h"
#include "engine/generation/turn.h"

namespace engine::generation {

// Errors: invalid_argument naming the setting that is out of its range.
Result<void> check_sampling(const Sampling& settings);

class Sampler {
 public:
    // `dry_breaks`: one flag per token, see penalise_dry(); may be empty. `history`: the prompt's tokens.
    Sampler(const Sampling& settings, std::vector<uint8_t> dry_breaks, std::span<const int32_t> history);

    // The next token, or -1 when no logit is finite. Changes `logits` in place. The n-th call of a sampler
    // depends on the seed, n, the logits and the history alone.
    int32_t sample(std::span<float> logits);
    void accept(int32_t id) { history_.push_back(id); }

 private:
    void penalise(std::span<float> logits) const;
    int32_t draw(Candidates& candidates, double xtc_roll, double pick) const;

    Sampling settings_;
    std::vector<uint8_t> dry_breaks_;
    std::vector<int32_t> history_;
    uint64_t step_ = 0;
    Candidates candidates_;
};

} // namespace engine::generation
