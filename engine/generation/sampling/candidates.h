// Candidates: the tokens that are still in the running for the next place, with their logits.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace engine::generation {

struct Candidate {
    int32_t id = 0;
    float logit = 0;
    double p = 0; // valid after normalise() until a filter removes candidates or changes logits
};

// A filter sees candidates sorted by logit, highest first (ties: lowest id first), after sort_candidates().
using Candidates = std::vector<Candidate>;

void sort_candidates(Candidates& candidates);
// Keeps the k best, sorted; k at least 1.
void keep_best(Candidates& candidates, int64_t k);
// p = softmax over the candidates' logits divided by temperature.
void normalise(Candidates& candidates, double temperature = 1.0);

// Filters. Each needs sorted candidates and leaves at least one, still sorted.
void filter_top_p(Candidates& candidates, double top_p);
void filter_min_p(Candidates& candidates, double min_p);
// Locally typical sampling, Meister et al. 2022: keeps the tokens whose surprise is nearest the entropy.
void filter_typical(Candidates& candidates, double typical_p);
// XTC ("exclude top choices"): of the tokens with p >= threshold only the least probable one stays.
void filter_xtc(Candidates& candidates, double threshold);

// Penalties work on the raw logits of the whole vocabulary, before there are candidates.
// history: the last tokens, oldest first, already cut to the window.
void penalise_repetition(std::span<float> logits, std::span<const int32_t> history, double repetition,
                         double frequency, double presence);
// DRY ("don't repeat yourself"): a token that would continue a sequence of n >= allowed_length tokens that
// stood in the history before loses multiplier * base^(n - allowed_length). breaks[id] != 0: no sequence goes
// across that token.
void penalise_dry(std::span<float> logits, std::span<const int32_t> history, double multiplier, double base,
                  int32_t allowed_length, std::span<const uint8_t> breaks);

} // namespace engine::generation
