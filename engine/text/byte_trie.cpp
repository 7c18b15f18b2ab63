// ByteTrie's construction.
#include "engine/text/byte_trie.h"

namespace engine::text {

void ByteTrie::add(std::string_view string, int32_t value) {
    if (string.empty()) return;
    int32_t node = kRoot;
    for (const char c : string) {
        const auto byte = static_cast<uint8_t>(c);
        int32_t next = step(node, byte);
        if (next == kNone) {
            next = static_cast<int32_t>(values_.size());
            values_.push_back(-1);
            if (node == kRoot)
                root_[byte] = next;
            else
                edges_.add(node, byte, 0, next);
        }
        node = next;
    }
    int32_t& slot = values_[static_cast<size_t>(node)];
    if (slot < 0) slot = value;
}

} // namespace engine::text
