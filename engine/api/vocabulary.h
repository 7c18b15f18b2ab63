// FileVocabulary: the Vocabulary of an opened file.
#pragma once

#include "engine/api/engine.h"
#include "engine/formats/model_file.h"
#include "engine/text/chat_template.h"
#include "engine/text/tokenizer.h"

namespace engine::api {

class FileVocabulary final : public Vocabulary {
 public:
    // Errors: those of text::load_tokenizer. A template that cannot be parsed is remembered and told when it
    // is asked for.
    static Result<std::shared_ptr<const FileVocabulary>> open(const formats::ModelFile& file);

    std::vector<int32_t> tokenize(std::string_view bytes, bool with_special) const override;
    std::string detokenize(std::span<const int32_t> ids) const override;
    int64_t count_tokens(std::string_view text) const override;
    Result<std::string> render_template(const TemplateRequest& request) const override;

    std::shared_ptr<const text::Tokenizer> tokenizer;
    std::shared_ptr<const text::ChatTemplate> chat_template; // nullptr: none, or template_error
    std::string template_error;

 private:
    FileVocabulary() = default;
};

} // namespace engine::api
