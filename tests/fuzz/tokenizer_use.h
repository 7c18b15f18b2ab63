// What a loaded tokenizer promises, whatever it was loaded from.
#pragma once

#include <string_view>
#include <vector>

#include "engine/text/stream_decoder.h"
#include "engine/text/tokenizer.h"
#include "engine/text/utf8.h"

inline void require(bool condition) {
    if (!condition) __builtin_trap();
}

inline void use(const engine::text::Tokenizer& tokenizer) {
    using namespace engine::text;
    using namespace std::string_view_literals;
    for (const std::string_view text :
         {""sv, "Hello  World 123\n<s>"sv, " \xE2\x96\x81\xCC\x81\xF0\x9F\xA6\x99\xFF\0 ab"sv}) {
        for (const bool trusted : {true, false}) {
            const std::vector<TokenId> ids = tokenizer.encode(text, {true, trusted});
            StreamDecoder stream(tokenizer, true);
            for (const TokenId id : ids) {
                require(id >= 0 && id < tokenizer.size());
                require(is_utf8(stream.push(id)));
            }
            require(is_utf8(stream.finish()));
            tokenizer.decode(ids, trusted);
        }
    }
    for (TokenId id = -1; id <= tokenizer.size() && id < 1000; ++id) {
        tokenizer.piece(id, true);
        const TokenId found = tokenizer.find(tokenizer.token(id));
        require(found <= id || tokenizer.token(id).empty());
        tokenizer.ends_generation(id);
    }
}
