// Steps with a meaning that readers of GGUF files share are understood, all others are errors.
#include "engine/text/gguf_rules.h"

#include <utility>

#include "engine/formats/printable.h"
#include "engine/text/json_stages.h"
#include "engine/text/tokenizer_pieces.h"

namespace engine::text {
namespace {

using Json = nlohmann::json;

// A step, or the steps of a sequence in `list`.
void flatten(const Json* section, const char* list, std::vector<const Json*>& steps) {
    if (section == nullptr) return;
    if (json_type(*section) != "Sequence") return steps.push_back(section);
    if (const Json* parts = json_field(*section, list); parts != nullptr && parts->is_array())
        for (const Json& part : *parts)
            flatten(&part, list, steps);
}

std::vector<const Json*> steps_of(const JsonTokenizerFile& file, const char* section, const char* list) {
    std::vector<const Json*> steps;
    flatten(json_field(file.rest, section), list, steps);
    return steps;
}

bool has_pattern(const Json& step, const char* kind, std::string_view text) {
    const Json* pattern = json_field(step, "pattern");
    return pattern != nullptr && json_string(*pattern, kind) == text;
}

class RuleReader {
 public:
    RuleReader(const JsonTokenizerFile& file, std::string_view model) : file_(file), model_(model) {}

    Result<GgufRules> read() {
        for (const Json* step : steps_of(file_, "normalizer", "normalizers"))
            if (!(model_ == "gpt2" ? is_composing(*step) : read_normalizer(*step)))
                return has_no_gguf_words("its normalizer " + json_type(*step));
        if (model_ == "gpt2") return finish_byte_level(); // the pattern has a name
        for (const Json* step : steps_of(file_, "pre_tokenizer", "pretokenizers"))
            if (!read_pre_tokenizer(*step)) return has_no_gguf_words("its pre-tokenizer " + json_type(*step));
        return std::move(rules_);
    }

 private:
    bool is_composing(const Json& step) {
        rules_.composes = json_type(step) == "NFC";
        return rules_.composes;
    }

    Result<GgufRules> finish_byte_level() {
        if (rules_.composes)
            rules_.warnings.emplace_back(
                "The tokenizer composes characters first (NFC), which GGUF files cannot say: accents that "
                "are written as characters of their own become other tokens.");
        return std::move(rules_);
    }

    bool read_normalizer(const Json& step) {
        const std::string type = json_type(step);
        const bool unigram = model_ == "t5";
        if (type == "Prepend" && json_string(step, "prepend") == kSpaceMark) {
            rules_.add_space_prefix = true;
            return true;
        }
        if (type == "Replace" && has_pattern(step, "String", " "))
            return json_string(step, "content") == kSpaceMark;
        if (unigram && type == "Replace" && has_pattern(step, "Regex", " {2,}")) {
            rules_.remove_extra_whitespaces = true;
            return true;
        }
        if (unigram && type == "Precompiled") {
            auto bytes = decode_base64(json_string(step, "precompiled_charsmap"));
            if (bytes.ok()) rules_.charsmap = std::move(bytes).value();
            return bytes.ok();
        }
        return unigram && type == "Strip";
    }

    bool read_pre_tokenizer(const Json& step) {
        const std::string type = json_type(step);
        if (type == "Metaspace") return read_metaspace(step);
        if (type == "Split") return has_pattern(step, "String", " "); // there are none left
        if (model_ != "t5" || type != "WhitespaceSplit") return false;
        rules_.remove_extra_whitespaces = true;
        return true;
    }

    // sentencepiece puts a space in front of every text, also in front of one that begins with a space, and
    // readers of GGUF files do so after every control token.
    bool read_metaspace(const Json& step) {
        if (json_string(step, "replacement", std::string(kSpaceMark)) != kSpaceMark) return false;
        const std::string scheme = json_string(
            step, "prepend_scheme", json_bool(step, "add_prefix_space", true) ? "always" : "never");
        if (scheme == "never") return true;
        if (scheme == "first") {
            rules_.warnings.emplace_back(
                "The tokenizer puts a space in front of a text's first word only, for which GGUF files have "
                "no word: the file says that none is added. Chats begin with a control token and stay as "
                "they are; other texts lose that space.");
            return true;
        }
        rules_.add_space_prefix = true;
        if (!rules_.remove_extra_whitespaces)
            rules_.warnings.emplace_back(
                "The tokenizer puts a space in front of texts that do not begin with one; readers of GGUF "
                "files do it for all texts.");
        return true;
    }

    const JsonTokenizerFile& file_;
    std::string_view model_;
    GgufRules rules_;
};

} // namespace

Result<GgufRules> gguf_rules(const JsonTokenizerFile& file, std::string_view model) {
    return RuleReader(file, model).read();
}

// sentencepiece's models are what GGUF's words were made for; readers follow them for unigram models, for BPE
// models this program alone does.
Result<GgufRules> gguf_rules(const SentencePieceModel& model) {
    if (!model.escape_whitespaces) return has_no_gguf_words("it keeps spaces as they are");
    GgufRules rules;
    rules.add_space_prefix = model.add_space_prefix;
    rules.remove_extra_whitespaces = model.remove_extra_whitespaces;
    rules.charsmap = model.charsmap;
    if (model.algorithm != SentencePieceModel::Algorithm::bpe) return rules;
    if (rules.remove_extra_whitespaces)
        rules.warnings.emplace_back(
            "The tokenizer takes several spaces for one, which other programs do not know of GGUF files.");
    if (!rules.charsmap.empty())
        rules.warnings.push_back("The tokenizer replaces characters first (" +
                                 formats::printable(model.rules) +
                                 "), which other programs do not know of GGUF files.");
    return rules;
}

Error has_no_gguf_words(const std::string& what) {
    return {ErrorCode::unsupported, "GGUF files have no words for the model's tokenizer: " + what,
            "Use the folder as it is; --quantize makes the model smaller while it is loaded."};
}

} // namespace engine::text
