// ExpertCounter: how often each expert of each layer was called.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace engine::runtime {

// add() comes from the thread of the decoder, calls() from any other; no lock, and a count read meanwhile may
// be a step old.
class ExpertCounter {
 public:
    explicit ExpertCounter(const std::vector<int64_t>& experts_of_layers); // 0: a dense layer

    void add(int32_t layer, std::span<const int32_t> experts);
    std::vector<uint64_t> calls(int64_t layer) const; // by expert; empty for a dense layer

 private:
    std::vector<int64_t> first_; // of each layer, and the end
    std::unique_ptr<std::atomic<uint64_t>[]> counts_;
};

} // namespace engine::runtime
