// ByteTrie: a set of byte strings with a number each, walked one byte at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/text/merge_table.h"

namespace engine::text {

class ByteTrie {
 public:
    ByteTrie() : values_{-1} { root_.fill(kNone); }

    // A string that is already there keeps its first value. Empty strings are not stored.
    void add(std::string_view string, int32_t value);
    bool empty() const { return values_.size() == 1; }

    static constexpr int32_t kRoot = 0, kNone = -1;
    int32_t step(int32_t node, uint8_t byte) const {
        return node == kRoot ? root_[byte] : edges_.find(node, byte).symbol;
    }
    int32_t value(int32_t node) const {
        return values_[static_cast<size_t>(node)];
    } // -1: no string ends here

 private:
    std::array<int32_t, 256> root_{};
    MergeTable edges_; // {node, byte} -> node
    std::vector<int32_t> values_;
};

} // namespace engine::text
