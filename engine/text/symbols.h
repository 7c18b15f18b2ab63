// SymbolTable: the strings that byte-pair merging works on: tokens by their ids, and strings that are no
// token.
#pragma once

#include <string_view>

#include "engine/text/vocabulary.h"

namespace engine::text {

class SymbolTable {
 public:
    explicit SymbolTable(const Vocabulary& vocabulary) : vocabulary_(vocabulary) {}

    // The number of `text`: its token's id, or a number past the last token.
    int32_t intern(std::string_view text) {
        const TokenId id = vocabulary_.tokens.find(text);
        return id >= 0 ? id : vocabulary_.size() + others_.find_or_add(text);
    }
    bool is_token(int32_t symbol) const { return symbol < vocabulary_.size(); }
    std::string_view text(int32_t symbol) const {
        return is_token(symbol) ? vocabulary_.tokens.at(symbol) : others_.at(symbol - vocabulary_.size());
    }
    int32_t size() const { return vocabulary_.size() + others_.size(); }

 private:
    const Vocabulary& vocabulary_;
    StringTable others_;
};

} // namespace engine::text
