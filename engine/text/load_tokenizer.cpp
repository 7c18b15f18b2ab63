// The doors of the text room: a tokenizer from whichever files a model has.
#include "engine/text/load_gguf.h"
#include "engine/text/load_json.h"
#include "engine/text/load_sentencepiece.h"
#include "engine/text/tokenizer.h"

namespace engine::text {

Result<std::shared_ptr<const Tokenizer>> load_tokenizer(const formats::ModelFile& file) {
    if (file.container == formats::Container::gguf) return load_tokenizer_gguf(file.metadata);
    const FolderTexts beside{file.tokenizer_config_json, file.generation_config_json, file.config_json,
                             file.added_tokens_json};
    if (!file.tokenizer_json.empty()) return load_tokenizer_json_files({file.tokenizer_json, beside});
    if (!file.tokenizer_model.empty()) return load_sentencepiece(file.tokenizer_model, beside);
    return Error{ErrorCode::not_found,
                 "the folder " + file.path + " has no tokenizer.json and no tokenizer.model",
                 "copy tokenizer.json from the model's page into the folder"};
}

Result<std::shared_ptr<const Tokenizer>> load_tokenizer_json(std::string_view tokenizer_json,
                                                             std::string_view tokenizer_config_json) {
    return load_tokenizer_json_files({tokenizer_json, {tokenizer_config_json, {}, {}, {}}});
}

} // namespace engine::text
