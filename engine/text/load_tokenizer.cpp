// The doors of the text room: a tokenizer from whichever files a model has.
#include "engine/text/load_gguf.h"
#include "engine/text/load_json.h"
#include "engine/text/tokenizer.h"

namespace engine::text {

Result<std::shared_ptr<const Tokenizer>> load_tokenizer(const formats::ModelFile& file) {
    if (file.container == formats::Container::gguf) return load_tokenizer_gguf(file.metadata);
    if (file.tokenizer_json.empty())
        return Error{ErrorCode::not_found, "the folder " + file.path + " has no tokenizer.json",
                     "copy tokenizer.json from the model's page into the folder"};
    return load_tokenizer_json_files(
        {file.tokenizer_json, file.tokenizer_config_json, file.generation_config_json, file.config_json});
}

Result<std::shared_ptr<const Tokenizer>> load_tokenizer_json(std::string_view tokenizer_json,
                                                             std::string_view tokenizer_config_json) {
    return load_tokenizer_json_files({tokenizer_json, tokenizer_config_json, {}, {}});
}

} // namespace engine::text
