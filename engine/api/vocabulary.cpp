// Tokenizer and template of a file, as the staircase offers them.
#include "engine/api/vocabulary.h"

#include "engine/text/template_source.h"

namespace engine::api {

namespace {

text::TemplateInput input_of(const TemplateRequest& request) {
    text::TemplateInput input;
    input.messages_json = request.messages_json;
    input.tools_json = request.tools_json;
    input.variables = request.variables;
    input.now_unix_seconds = request.now_unix_seconds;
    input.utc_offset_seconds = request.utc_offset_seconds;
    return input;
}

} // namespace

Result<std::shared_ptr<const FileVocabulary>> FileVocabulary::open(const formats::ModelFile& file) {
    auto vocabulary = std::shared_ptr<FileVocabulary>(new FileVocabulary);
    ENGINE_ASSIGN(vocabulary->tokenizer, text::load_tokenizer(file));
    if (const std::string source = text::chat_template_of(file); !source.empty()) {
        auto parsed = text::ChatTemplate::parse(source);
        if (parsed.ok()) {
            vocabulary->chat_template = std::make_shared<const text::ChatTemplate>(std::move(parsed).value());
        } else {
            vocabulary->template_error = parsed.error().message;
        }
    }
    return std::shared_ptr<const FileVocabulary>(std::move(vocabulary));
}

std::vector<int32_t> FileVocabulary::tokenize(std::string_view bytes, bool with_special) const {
    return tokenizer->encode(bytes, {with_special, with_special});
}

std::string FileVocabulary::detokenize(std::span<const int32_t> ids) const {
    return tokenizer->decode(ids, /*render_control=*/true);
}

int64_t FileVocabulary::count_tokens(std::string_view text) const {
    return static_cast<int64_t>(tokenizer->encode(text, {false, false}).size());
}

Result<std::string> FileVocabulary::render_template(const TemplateRequest& request) const {
    if (!template_error.empty()) {
        return Error{ErrorCode::bad_template, template_error, "The plain template works with every model."};
    }
    if (!chat_template) {
        return Error{ErrorCode::not_found, "the file has no chat template",
                     "The plain template works with every model."};
    }
    text::TemplateInput input = input_of(request);
    if (tokenizer->bos() >= 0) input.bos_token = tokenizer->token(tokenizer->bos());
    if (tokenizer->eos() >= 0) input.eos_token = tokenizer->token(tokenizer->eos());
    ENGINE_ASSIGN(text::RenderedPrompt rendered, chat_template->render(input));
    return std::move(rendered.text);
}

Result<std::string> render_template_text(std::string_view source, const TemplateRequest& request) {
    ENGINE_ASSIGN(const text::ChatTemplate chat_template, text::ChatTemplate::parse(source));
    ENGINE_ASSIGN(text::RenderedPrompt rendered, chat_template.render(input_of(request)));
    return std::move(rendered.text);
}

} // namespace engine::api
