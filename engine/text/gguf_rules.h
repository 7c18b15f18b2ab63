// GgufRules: what a folder's tokenizer does to a text before the model, in the words that GGUF files have for
// it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/text/json_file.h"
#include "engine/text/sentencepiece_model.h"

namespace engine::text {

struct GgufRules {
    bool add_space_prefix = false, remove_extra_whitespaces = false; // of sentencepiece's models
    std::string charsmap;
    bool composes = false;             // the text's characters first (NFC), which GGUF files cannot say
    std::vector<std::string> warnings; // whole sentences: what will be read differently
};

// `model`: "gpt2", "llama" or "t5". Errors: unsupported, naming what has no words.
Result<GgufRules> gguf_rules(const JsonTokenizerFile& file, std::string_view model);
// The same of a tokenizer.model.
Result<GgufRules> gguf_rules(const SentencePieceModel& model);

// For a tokenizer that GGUF files cannot describe.
Error has_no_gguf_words(const std::string& what);

} // namespace engine::text
