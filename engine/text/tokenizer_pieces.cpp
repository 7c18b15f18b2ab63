// Decoding of single tokens.
#include "engine/text/tokenizer_pieces.h"

#include "engine/text/byte_alphabet.h"

namespace engine::text {
namespace {

std::string byte_piece(std::string_view token) {
    const int byte = byte_of_token(token);
    return byte < 0 ? std::string(token) : std::string(1, static_cast<char>(byte));
}

} // namespace

std::string with_spaces_for_marks(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const size_t mark = text.find(kSpaceMark);
        out += text.substr(0, mark);
        if (mark == std::string_view::npos) break;
        out += ' ';
        text.remove_prefix(mark + kSpaceMark.size());
    }
    return out;
}

StringTable byte_alphabet_pieces(const Vocabulary& vocabulary) {
    StringTable pieces;
    std::string bytes;
    for (TokenId id = 0; id < vocabulary.size(); ++id) {
        const std::string_view token = vocabulary.tokens.at(id);
        const TokenKind kind = vocabulary.kind(id);
        const bool spelled = kind == TokenKind::normal || kind == TokenKind::unused;
        if (kind == TokenKind::byte)
            pieces.add(byte_piece(token));
        else
            pieces.add(spelled && from_byte_alphabet(token, bytes) ? std::string_view(bytes) : token);
    }
    return pieces;
}

StringTable space_mark_pieces(const Vocabulary& vocabulary) {
    StringTable pieces;
    for (TokenId id = 0; id < vocabulary.size(); ++id) {
        const std::string_view token = vocabulary.tokens.at(id);
        const TokenKind kind = vocabulary.kind(id);
        if (kind == TokenKind::byte)
            pieces.add(byte_piece(token));
        else if (kind == TokenKind::control || kind == TokenKind::unknown)
            pieces.add(token);
        else
            pieces.add(with_spaces_for_marks(token));
    }
    return pieces;
}

Result<void> check_added_token(const AddedToken& token) {
    if (token.text.size() <= kMaxAddedToken) return {};
    return Error{ErrorCode::unsupported,
                 "token " + std::to_string(token.id) + " is a control or user-defined token of " +
                     std::to_string(token.text.size()) + " bytes (at most " + std::to_string(kMaxAddedToken) +
                     ")",
                 {}};
}

} // namespace engine::text
