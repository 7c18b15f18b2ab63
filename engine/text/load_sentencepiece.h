// A tokenizer from a folder's tokenizer.model.
#pragma once

#include <memory>
#include <string_view>

#include "engine/base/result.h"
#include "engine/text/folder_settings.h"
#include "engine/text/tokenizer.h"

namespace engine::text {

// The ids are sentencepiece's. Errors: bad_file, unsupported; see parse_sentencepiece_model().
Result<std::shared_ptr<const Tokenizer>> load_sentencepiece(std::string_view tokenizer_model,
                                                            const FolderTexts& beside);

} // namespace engine::text
