// What each token stands for in decoded text, and small rules that both loaders share.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/text/added_tokens.h"
#include "engine/text/vocabulary.h"

namespace engine::text {

inline constexpr std::string_view kSpaceMark =
    "\xE2\x96\x81"; // U+2581, a space in sentencepiece's vocabularies

std::string with_spaces_for_marks(std::string_view text);

// Pieces of a vocabulary in the byte alphabet, and of one with space marks and byte tokens.
StringTable byte_alphabet_pieces(const Vocabulary& vocabulary);
StringTable space_mark_pieces(const Vocabulary& vocabulary);

// Added tokens are looked for at each place of a text; longer ones would make that slow.
inline constexpr size_t kMaxAddedToken = 1024;
Result<void> check_added_token(const AddedToken& token);

} // namespace engine::text
