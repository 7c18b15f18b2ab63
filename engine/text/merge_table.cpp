// Byte-pair merging: a scan for words, a heap for long pieces.
#include "engine/text/merge_table.h"

#include <algorithm>
#include <array>
#include <bit>
#include <functional>
#include <queue>
#include <utility>

#include "engine/text/hash.h"

namespace engine::text {
namespace {

// Up to here scanning all ranks per merge beats the heap: the ranks fit two cache lines.
constexpr size_t kShort = 32;

uint64_t key_of(int32_t left, int32_t right) {
    return static_cast<uint64_t>(static_cast<uint32_t>(left)) << 32 | static_cast<uint32_t>(right);
}

} // namespace

void MergeTable::reserve(size_t merges) {
    const size_t wanted = std::bit_ceil(merges + merges / 2 + 16);
    if (wanted <= slots_.size()) return;
    slots_.resize(wanted / 2);
    grow();
}

void MergeTable::grow() {
    std::vector<Slot> old(slots_.empty() ? 16 : slots_.size() * 2);
    std::swap(old, slots_);
    const size_t mask = slots_.size() - 1;
    for (const Slot& slot : old) {
        if (slot.key == kEmpty) continue;
        size_t i = mix_bits(slot.key) & mask;
        while (slots_[i].key != kEmpty)
            i = (i + 1) & mask;
        slots_[i] = slot;
    }
}

void MergeTable::add(int32_t left, int32_t right, uint32_t rank, int32_t symbol) {
    if ((used_ + 1) * 4 > slots_.size() * 3) grow();
    const uint64_t key = key_of(left, right);
    const size_t mask = slots_.size() - 1;
    size_t i = mix_bits(key) & mask;
    for (; slots_[i].key != kEmpty; i = (i + 1) & mask)
        if (slots_[i].key == key) return;
    slots_[i] = {key, {rank, symbol}};
    ++used_;
}

MergeTable::Merge MergeTable::find(int32_t left, int32_t right) const {
    if (slots_.empty()) return {};
    const uint64_t key = key_of(left, right);
    const size_t mask = slots_.size() - 1;
    for (size_t i = mix_bits(key) & mask; slots_[i].key != kEmpty; i = (i + 1) & mask)
        if (slots_[i].key == key) return slots_[i].merge;
    return {};
}

void MergeTable::merge(std::vector<int32_t>& symbols) const {
    if (symbols.size() < 2) return;
    if (symbols.size() <= kShort)
        merge_short(symbols);
    else
        merge_long(symbols);
}

void MergeTable::merge_short(std::vector<int32_t>& symbols) const {
    std::array<Merge, kShort> pairs; // pairs[i]: symbols i and i + 1
    size_t n = symbols.size();
    for (size_t i = 0; i + 1 < n; ++i)
        pairs[i] = find(symbols[i], symbols[i + 1]);
    while (n > 1) {
        size_t best = 0;
        for (size_t i = 1; i + 1 < n; ++i)
            if (pairs[i].rank < pairs[best].rank) best = i;
        if (pairs[best].rank == kNoRank) break;
        symbols[best] = pairs[best].symbol;
        for (size_t i = best + 1; i + 1 < n; ++i) {
            symbols[i] = symbols[i + 1];
            pairs[i] = pairs[i + 1];
        }
        --n;
        if (best > 0) pairs[best - 1] = find(symbols[best - 1], symbols[best]);
        if (best + 1 < n) pairs[best] = find(symbols[best], symbols[best + 1]);
    }
    symbols.resize(n);
}

// A linked list of symbols and a heap of {rank, position}. An entry is stale when the pair that starts at its
// position has another rank by now; an entry that is right by accident is as good as a fresh one.
void MergeTable::merge_long(std::vector<int32_t>& symbols) const {
    const auto n = static_cast<uint32_t>(symbols.size());
    constexpr uint32_t kEnd = UINT32_MAX;
    struct Link {
        uint32_t previous, next;
        Merge pair; // with `next`
    };
    std::vector<Link> links(n);
    std::vector<uint64_t> heap;
    heap.reserve(n);
    for (uint32_t i = 0; i < n; ++i) {
        links[i] = {i == 0 ? kEnd : i - 1, i + 1 == n ? kEnd : i + 1, {}};
        if (i + 1 < n) links[i].pair = find(symbols[i], symbols[i + 1]);
        if (links[i].pair.rank != kNoRank)
            heap.push_back(static_cast<uint64_t>(links[i].pair.rank) << 32 | i);
    }
    std::priority_queue<uint64_t, std::vector<uint64_t>, std::greater<>> queue(std::greater<>{},
                                                                               std::move(heap));
    const auto refresh = [&](uint32_t at) {
        Link& link = links[at];
        link.pair = link.next == kEnd ? Merge{} : find(symbols[at], symbols[link.next]);
        if (link.pair.rank != kNoRank) queue.push(static_cast<uint64_t>(link.pair.rank) << 32 | at);
    };
    while (!queue.empty()) {
        const uint64_t top = queue.top();
        queue.pop();
        const auto at = static_cast<uint32_t>(top);
        Link& link = links[at];
        if (link.pair.rank != top >> 32) continue;
        const uint32_t right = link.next;
        symbols[at] = link.pair.symbol;
        link.next = links[right].next;
        links[right].pair = {};
        if (link.next != kEnd) links[link.next].previous = at;
        refresh(at);
        if (link.previous != kEnd) refresh(link.previous);
    }
    size_t kept = 0;
    for (uint32_t at = 0; at != kEnd; at = links[at].next)
        symbols[kept++] = symbols[at];
    symbols.resize(kept);
}

} // namespace engine::text
