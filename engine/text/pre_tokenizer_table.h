// The pre-tokenizers that GGUF files name in tokenizer.ggml.pre.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/text/pre_tokenizer.h"

namespace engine::text {

struct NamedPreTokenizer {
    PreTokenizer stages;
    bool byte_alphabet = true; // false: characters, spaces as U+2581, byte tokens for what has no token
    bool ignore_merges = false;
    bool adds_bos = false; // when tokenizer.ggml.add_bos_token is not there
};

// Errors: unsupported, with the name.
Result<NamedPreTokenizer> find_pre_tokenizer(std::string_view name);

// A name whose stages have this description (PreTokenizer::description()); "" when there is none.
std::string_view name_of_pre_tokenizer(std::string_view description, bool ignore_merges);

std::span<const std::string_view> pre_tokenizer_names();

} // namespace engine::text
