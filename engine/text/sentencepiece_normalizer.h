// What sentencepiece does to a text before it looks for pieces.
#pragma once

#include <string>
#include <vector>

#include "engine/text/byte_trie.h"
#include "engine/text/charsmap.h"
#include "engine/text/normalizer.h"

namespace engine::text {

struct SentencePieceOptions {
    bool add_space_prefix = true;          // "add_dummy_prefix"
    bool remove_extra_whitespaces = false; // of several spaces one stays, at the ends none
    bool escape_whitespaces = true;        // spaces become U+2581
    Charsmap charsmap;
    std::vector<std::string> user_defined; // texts that the charsmap leaves alone
};

NormalizerPtr make_sentencepiece_normalizer(SentencePieceOptions options);
// tokenizer.json's Precompiled.
NormalizerPtr make_precompiled(Charsmap charsmap);

} // namespace engine::text
