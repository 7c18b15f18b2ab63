// Byte tokens of a vocabulary.
#include "engine/text/vocabulary.h"

#include <array>
#include <cstdio>

namespace engine::text {
namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

} // namespace

int byte_of_token(std::string_view token) {
    if (token.size() != 6 || !token.starts_with("<0x") || token[5] != '>') return -1;
    const int high = hex_digit(token[3]), low = hex_digit(token[4]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

std::vector<TokenId> find_byte_tokens(const Vocabulary& vocabulary) {
    std::vector<TokenId> ids;
    for (unsigned byte = 0; byte < 256; ++byte) {
        std::array<char, 8> name{};
        std::snprintf(name.data(), name.size(), "<0x%02X>", byte);
        const TokenId id = vocabulary.tokens.find(name.data());
        if (id < 0) return {};
        ids.push_back(id);
    }
    return ids;
}

} // namespace engine::text
