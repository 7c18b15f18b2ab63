// One row of counters for all layers.
#include "engine/runtime/expert_counter.h"

namespace engine::runtime {

ExpertCounter::ExpertCounter(const std::vector<int64_t>& experts_of_layers) {
    first_.push_back(0);
    for (const int64_t experts : experts_of_layers)
        first_.push_back(first_.back() + experts);
    counts_ = std::make_unique<std::atomic<uint64_t>[]>(static_cast<size_t>(first_.back()));
}

void ExpertCounter::add(int32_t layer, std::span<const int32_t> experts) {
    const auto at = static_cast<size_t>(layer);
    for (const int32_t expert : experts) {
        // Only one thread writes, so no locked instruction is needed.
        auto& count = counts_[static_cast<size_t>(first_[at] + expert)];
        count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    }
}

std::vector<uint64_t> ExpertCounter::calls(int64_t layer) const {
    const auto at = static_cast<size_t>(layer);
    std::vector<uint64_t> out;
    for (int64_t i = first_[at]; i < first_[at + 1]; ++i)
        out.push_back(counts_[static_cast<size_t>(i)].load(std::memory_order_relaxed));
    return out;
}

} // namespace engine::runtime
