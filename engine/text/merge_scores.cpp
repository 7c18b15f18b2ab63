// sentencepiece merges whatever two neighbours make up a token, by the token's score alone; merges that came
// from such a model name all the ways to a token one after another.
#include "engine/text/merge_scores.h"

namespace engine::text {

std::vector<float> scores_of_merges(const StringTable& tokens,
                                    const std::vector<std::pair<std::string, std::string>>& merges) {
    std::vector<float> scores(static_cast<size_t>(tokens.size()), 1); // 1: not known yet
    float next = 0;
    for (const auto& [left, right] : merges) {
        const int32_t id = tokens.find(left + right);
        if (id < 0 || scores[static_cast<size_t>(id)] <= 0) continue;
        scores[static_cast<size_t>(id)] = next--;
    }
    for (float& score : scores)
        if (score > 0) score = next--;
    return scores;
}

} // namespace engine::text
