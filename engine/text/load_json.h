// A tokenizer from the files of a Hugging Face folder.
#pragma once

#include <memory>
#include <string_view>

#include "engine/base/result.h"
#include "engine/text/folder_settings.h"
#include "engine/text/tokenizer.h"

namespace engine::text {

struct JsonTokenizerTexts {
    std::string_view tokenizer_json;
    FolderTexts beside;
};

// Errors: not_found (no tokenizer_json), bad_file, unsupported (names the section and its type).
Result<std::shared_ptr<const Tokenizer>> load_tokenizer_json_files(const JsonTokenizerTexts& texts);

} // namespace engine::text
