// Vocabulary: the tokens of a model as its file lists them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/text/string_table.h"
#include "engine/text/tokenizer.h"

namespace engine::text {

// More tokens than any published model has, by a factor of eight: a bound for what a hostile file can ask
// for.
inline constexpr int64_t kMaxTokens = 4 << 20;

struct Vocabulary {
    StringTable tokens;           // as written in the file; ids without a token are empty
    std::vector<TokenKind> kinds; // one per token, like the next
    std::vector<float> scores;    // empty when the file has none

    int32_t size() const { return tokens.size(); }
    TokenKind kind(TokenId id) const { return kinds[static_cast<size_t>(id)]; }
    // Tokens that merging may lead to: not control, unknown or byte tokens.
    bool is_ordinary(TokenId id) const {
        const TokenKind k = kind(id);
        return (k == TokenKind::normal || k == TokenKind::unused || k == TokenKind::user_defined) &&
               !tokens.at(id).empty();
    }
};

// "<0x0A>" -> 10; -1 when `token` is not of this form.
int byte_of_token(std::string_view token);
// The ids of "<0x00>" ... "<0xFF>"; empty unless all are there.
std::vector<TokenId> find_byte_tokens(const Vocabulary& vocabulary);

} // namespace engine::text
