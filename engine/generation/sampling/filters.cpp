// Filters over sorted candidates: top-k, top-p, min-p, typical, XTC.
#include <algorithm>
#include <cmath>

#include "engine/base/check.h"
#include "engine/generation/sampling/candidates.h"

namespace engine::generation {

namespace {
bool better(const Candidate& a, const Candidate& b) {
    return a.logit != b.logit ? a.logit > b.logit : a.id < b.id;
}
} // namespace

void sort_candidates(Candidates& candidates) {
    std::sort(candidates.begin(), candidates.end(), better);
}

void keep_best(Candidates& candidates, int64_t k) {
    if (k < static_cast<int64_t>(candidates.size())) {
        std::nth_element(candidates.begin(), candidates.begin() + k, candidates.end(), better);
        candidates.resize(static_cast<size_t>(k));
    }
    sort_candidates(candidates);
}

void normalise(Candidates& candidates, double temperature) {
    ENGINE_CHECK(!candidates.empty());
    const double highest = candidates.front().logit;
    double sum = 0;
    for (Candidate& c : candidates) {
        c.p = std::exp((c.logit - highest) / temperature);
        sum += c.p;
    }
    for (Candidate& c : candidates)
        c.p /= sum;
}

void filter_top_p(Candidates& candidates, double top_p) {
    normalise(candidates);
    double sum = 0;
    size_t keep = 0;
    while (keep < candidates.size() && (keep == 0 || sum < top_p))
        sum += candidates[keep++].p;
    candidates.resize(keep);
}

void filter_min_p(Candidates& candidates, double min_p) {
    normalise(candidates);
    const double least = min_p * candidates.front().p;
    size_t keep = 1;
    while (keep < candidates.size() && candidates[keep].p >= least)
        ++keep;
    candidates.resize(keep);
}

void filter_typical(Candidates& candidates, double typical_p) {
    normalise(candidates);
    double entropy = 0;
    for (const Candidate& c : candidates) {
        if (c.p > 0) entropy -= c.p * std::log(c.p);
    }
    const auto distance = [&](const Candidate& c) {
        return c.p > 0 ? std::fabs(-std::log(c.p) - entropy) : HUGE_VAL;
    };
    std::stable_sort(candidates.begin(), candidates.end(),
                     [&](const Candidate& a, const Candidate& b) { return distance(a) < distance(b); });
    double sum = 0;
    size_t keep = 0;
    while (keep < candidates.size() && (keep == 0 || sum < typical_p))
        sum += candidates[keep++].p;
    candidates.resize(keep);
    sort_candidates(candidates);
}

void filter_xtc(Candidates& candidates, double threshold) {
    normalise(candidates);
    size_t above = 0;
    while (above < candidates.size() && candidates[above].p >= threshold)
        ++above;
    if (above >= 2)
        candidates.erase(candidates.begin(), candidates.begin() + static_cast<int64_t>(above - 1));
}

} // namespace engine::generation
