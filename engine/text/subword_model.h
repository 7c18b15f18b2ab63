// SubwordModel: one piece of text -> token ids.
#pragma once

#include <atomic>
#include <memory>
#include <string_view>
#include <vector>

#include "engine/text/string_table.h"
#include "engine/text/tokenizer.h"

namespace engine::text {

// Immutable; encode() may be called from several threads, each with its own Scratch.
class SubwordModel {
 public:
    struct Scratch {
        std::vector<int32_t> symbols;
    };
    virtual ~SubwordModel() = default;
    // Appends the ids of `piece`, which may hold any bytes.
    virtual void encode(std::string_view piece, std::vector<TokenId>& out, Scratch& scratch) const = 0;
};

// Tokens that are whole words: found by one look-up. Whether the merges lead from a word's characters to the
// word's own token is found out when the word is met for the first time.
class WordTable {
 public:
    enum class State : uint8_t { unseen, whole, in_parts };

    void add(std::string_view word, TokenId id);
    void finish(State initial); // after the last add()

    // -1 when there is no such word; otherwise an index for the next three.
    int32_t find(std::string_view word) const { return words_.find(word); }
    TokenId id(int32_t index) const { return ids_[static_cast<size_t>(index)]; }
    State state(int32_t index) const {
        return states_[static_cast<size_t>(index)].load(std::memory_order_relaxed);
    }
    // Any thread may; all write the same.
    void learn(int32_t index, State state) const {
        states_[static_cast<size_t>(index)].store(state, std::memory_order_relaxed);
    }

 private:
    StringTable words_;
    std::vector<TokenId> ids_;
    std::unique_ptr<std::atomic<State>[]> states_;
};

} // namespace engine::text
