// MergeTable: which two neighbouring symbols of byte-pair encoding become one, and in which order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace engine::text {

// Symbols are numbers chosen by the caller (token ids, and further numbers for strings that are not tokens).
class MergeTable {
 public:
    static constexpr uint32_t kNoRank = UINT32_MAX;
    struct Merge {
        uint32_t rank = kNoRank; // lower goes first; equal ranks: the leftmost
        int32_t symbol = -1;
    };

    void reserve(size_t merges);
    // A pair that is already there keeps the merge that it has.
    void add(int32_t left, int32_t right, uint32_t rank, int32_t symbol);
    Merge find(int32_t left, int32_t right) const;
    size_t size() const { return used_; }

    // Replaces `symbols` by what is left when no pair can be merged any more, as if the lowest rank (leftmost
    // of equals) was merged again and again. Time n log n, no recursion.
    void merge(std::vector<int32_t>& symbols) const;

 private:
    struct Slot {
        uint64_t key = kEmpty;
        Merge merge;
    };
    static constexpr uint64_t kEmpty = UINT64_MAX; // {-1, -1}: no symbols
    void grow();
    void merge_short(std::vector<int32_t>& symbols) const;
    void merge_long(std::vector<int32_t>& symbols) const;

    std::vector<Slot> slots_;
    size_t used_ = 0;
};

} // namespace engine::text
