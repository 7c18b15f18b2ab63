// StreamDecoder: token ids one at a time -> text that never ends inside a character.
#pragma once

#include <string>
#include <string_view>

#include "engine/text/tokenizer.h"

namespace engine::text {

class StreamDecoder {
 public:
    // `tokenizer` must outlive the decoder. `continues`: the reply goes on after earlier text, so a leading
    // space that the vocabulary would add in front is part of it.
    StreamDecoder(const Tokenizer& tokenizer, bool render_control, bool continues = true);

    // The whole characters that are complete with this token, valid UTF-8; bytes that can never become a
    // character come out as U+FFFD each as soon as that is certain.
    std::string push(TokenId id);
    std::string finish(); // what is left: an unfinished character becomes U+FFFD

 private:
    const Tokenizer* tokenizer_;
    bool render_control_;
    bool at_start_;
    std::string pending_;
};

} // namespace engine::text
