// StringTable's hash index.
#include "engine/text/string_table.h"

#include <bit>

#include "engine/text/hash.h"

namespace engine::text {

void StringTable::reserve(size_t strings, size_t bytes) {
    bytes_.reserve(bytes);
    offsets_.reserve(strings + 1);
    const size_t wanted = std::bit_ceil(strings * 2 + 16);
    if (wanted <= slots_.size()) return;
    slots_.assign(wanted / 2, Slot{});
    grow();
}

// Doubles the index and enters every string again, first ones first.
void StringTable::grow() {
    slots_.assign(slots_.empty() ? 16 : slots_.size() * 2, Slot{});
    used_ = 0;
    const size_t mask = slots_.size() - 1;
    for (int32_t id = 0; id < size(); ++id) {
        if (at(id).empty() || find(at(id)) >= 0) continue;
        const uint64_t hash = hash_bytes(at(id));
        size_t i = hash & mask;
        while (slots_[i].id >= 0)
            i = (i + 1) & mask;
        slots_[i] = {static_cast<uint32_t>(hash >> 32), id};
        ++used_;
    }
}

int32_t StringTable::add(std::string_view string) {
    const int32_t id = size();
    bytes_.append(string);
    offsets_.push_back(bytes_.size());
    if ((used_ + 1) * 2 > slots_.size()) {
        grow();
        return id;
    }
    if (string.empty() || find(string) >= 0) return id;
    const uint64_t hash = hash_bytes(string);
    const size_t mask = slots_.size() - 1;
    size_t i = hash & mask;
    while (slots_[i].id >= 0)
        i = (i + 1) & mask;
    slots_[i] = {static_cast<uint32_t>(hash >> 32), id};
    ++used_;
    return id;
}

int32_t StringTable::find(std::string_view string) const {
    if (slots_.empty() || string.empty()) return -1;
    const uint64_t hash = hash_bytes(string);
    const auto tag = static_cast<uint32_t>(hash >> 32);
    const size_t mask = slots_.size() - 1;
    for (size_t i = hash & mask; slots_[i].id >= 0; i = (i + 1) & mask) {
        if (slots_[i].tag == tag && at(slots_[i].id) == string) return slots_[i].id;
    }
    return -1;
}

int32_t StringTable::find_or_add(std::string_view string) {
    const int32_t found = find(string);
    return found >= 0 ? found : add(string);
}

} // namespace engine::text
