// One function per type; types without a certain meaning here are errors.
#include "engine/text/json_stages.h"

#include <utility>

#include "engine/text/json_file.h"
#include "engine/text/sentencepiece_normalizer.h"
#include "engine/text/tokenizer_pieces.h"

namespace engine::text {
namespace {

using Json = nlohmann::json;

constexpr size_t kMaxStages = 64;

Error unsupported(std::string_view section, const std::string& what) {
    return {ErrorCode::unsupported, "tokenizer.json: " + std::string(section) + " " + what, {}};
}

Error in_section(Error error, std::string_view section) {
    error.message = "tokenizer.json: " + std::string(section) + ": " + error.message;
    return error;
}

// {"String": text} or {"Regex": text}
struct Pattern {
    std::string text;
    bool is_regex = false;
};

Result<Pattern> read_pattern(const Json& object, std::string_view section) {
    const Json* pattern = json_field(object, "pattern");
    if (pattern != nullptr && pattern->is_string()) return Pattern{pattern->get<std::string>(), false};
    if (pattern != nullptr) {
        for (const char* kind : {"String", "Regex"})
            if (const Json* text = json_field(*pattern, kind); text != nullptr && text->is_string())
                return Pattern{text->get<std::string>(), kind[0] == 'R'};
    }
    return Error{ErrorCode::bad_file, "tokenizer.json: " + std::string(section) + " has no pattern", {}};
}

Result<SplitBehavior> read_behavior(const Json& object, const char* otherwise) {
    const std::string name = json_string(object, "behavior", otherwise);
    if (name == "Removed") return SplitBehavior::removed;
    if (name == "Isolated") return SplitBehavior::isolated;
    if (name == "MergedWithPrevious") return SplitBehavior::merged_with_previous;
    if (name == "MergedWithNext") return SplitBehavior::merged_with_next;
    if (name == "Contiguous") return SplitBehavior::contiguous;
    return unsupported("pre_tokenizer", "behavior \"" + name + "\" is not known");
}

class NormalizerReader {
 public:
    bool ends_in_bytes = false; // the last step was ByteLevel

    Result<NormalizerPtr> read(const Json& section) {
        ENGINE_TRY(add(section, 0));
        return make_sequence(std::move(steps_));
    }

 private:
    Result<void> add(const Json& section, int depth) {
        const std::string type = json_type(section);
        if (steps_.size() >= kMaxStages || depth > 8) return unsupported("normalizer", "has too many steps");
        if (ends_in_bytes) return unsupported("normalizer", type + " after ByteLevel is not known here");
        if (type == "Sequence") {
            const Json* steps = json_field(section, "normalizers");
            if (steps == nullptr || !steps->is_array())
                return unsupported("normalizer", "Sequence has no normalizers");
            for (const Json& step : *steps)
                ENGINE_TRY(add(step, depth + 1));
            return {};
        }
        if (type == "ByteLevel") {
            ends_in_bytes = true;
            return {};
        }
        ENGINE_ASSIGN(NormalizerPtr step, make(section, type));
        steps_.push_back(std::move(step));
        return {};
    }

    static Result<NormalizerPtr> make(const Json& section, const std::string& type) {
        if (type == "NFC") return make_unicode_form(UnicodeForm::nfc);
        if (type == "NFD") return make_unicode_form(UnicodeForm::nfd);
        if (type == "NFKC") return make_unicode_form(UnicodeForm::nfkc);
        if (type == "NFKD") return make_unicode_form(UnicodeForm::nfkd);
        if (type == "Lowercase") return make_lowercase();
        if (type == "StripAccents") return make_strip_accents();
        if (type == "Nmt") return make_nmt();
        if (type == "Prepend") return make_prepend(json_string(section, "prepend"));
        if (type == "Strip")
            return make_strip(json_bool(section, "strip_left", true),
                              json_bool(section, "strip_right", true));
        if (type == "Replace") {
            ENGINE_ASSIGN(const Pattern pattern, read_pattern(section, "normalizer Replace"));
            auto step = make_replace(pattern.text, json_string(section, "content"), pattern.is_regex);
            if (!step.ok()) return in_section(step.error(), "normalizer Replace");
            return step;
        }
        if (type == "Precompiled") {
            ENGINE_ASSIGN(const std::string blob,
                          decode_base64(json_string(section, "precompiled_charsmap")));
            ENGINE_ASSIGN(Charsmap map, Charsmap::parse(blob));
            return make_precompiled(std::move(map));
        }
        return unsupported("normalizer", "\"" + type + "\" is not known");
    }

    std::vector<NormalizerPtr> steps_;
};

class PreTokenizerReader {
 public:
    explicit PreTokenizerReader(JsonStages& stages) : stages_(stages) {}

    Result<void> add(const Json& section, int depth) {
        const std::string type = json_type(section);
        if (++count_ > kMaxStages || depth > 8) return unsupported("pre_tokenizer", "has too many steps");
        if (type == "Sequence") {
            const Json* steps = json_field(section, "pretokenizers");
            if (steps == nullptr || !steps->is_array())
                return unsupported("pre_tokenizer", "Sequence has no pretokenizers");
            for (const Json& step : *steps)
                ENGINE_TRY(add(step, depth + 1));
            return {};
        }
        // What follows ByteLevel sees the text in the byte alphabet.
        if (stages_.byte_alphabet && !stages_.mapped) {
            stages_.pre_tokenizer.add(make_byte_mapping());
            stages_.mapped = true;
        }
        if (type == "ByteLevel") return add_byte_level(section);
        ENGINE_ASSIGN(std::unique_ptr<PreTokenizerStage> stage, make(section, type));
        stages_.pre_tokenizer.add(std::move(stage));
        return {};
    }

 private:
    Result<void> add_byte_level(const Json& section) {
        if (stages_.byte_alphabet) return unsupported("pre_tokenizer", "has ByteLevel twice");
        if (json_bool(section, "add_prefix_space", true)) stages_.pre_tokenizer.add(make_prefix_space());
        if (json_bool(section, "use_regex", true)) {
            ENGINE_ASSIGN(auto stage, make_split(kGpt2Pattern, SplitBehavior::isolated, false));
            stages_.pre_tokenizer.add(std::move(stage));
        }
        stages_.byte_alphabet = true;
        return {};
    }

    static Result<std::unique_ptr<PreTokenizerStage>> make(const Json& section, const std::string& type) {
        if (type == "Split") return make_split_of(section);
        if (type == "Digits") return make_digits(json_bool(section, "individual_digits", false));
        if (type == "Punctuation") {
            ENGINE_ASSIGN(const SplitBehavior behavior, read_behavior(section, "Isolated"));
            return make_punctuation(behavior);
        }
        if (type == "Whitespace") return make_whitespace();
        if (type == "WhitespaceSplit") return make_whitespace_split();
        if (type == "Metaspace") return make_metaspace_of(section);
        if (type == "CharDelimiterSplit")
            return make_literal_split(json_string(section, "delimiter"), SplitBehavior::removed, false);
        return unsupported("pre_tokenizer", "\"" + type + "\" is not known");
    }

    static Result<std::unique_ptr<PreTokenizerStage>> make_split_of(const Json& section) {
        ENGINE_ASSIGN(const Pattern pattern, read_pattern(section, "pre_tokenizer Split"));
        ENGINE_ASSIGN(const SplitBehavior behavior, read_behavior(section, ""));
        const bool inverted = json_bool(section, "invert", false);
        auto stage = pattern.is_regex ? make_split(pattern.text, behavior, inverted)
                                      : make_literal_split(pattern.text, behavior, inverted);
        if (!stage.ok()) return in_section(stage.error(), "pre_tokenizer Split");
        return stage;
    }

    static Result<std::unique_ptr<PreTokenizerStage>> make_metaspace_of(const Json& section) {
        const std::string replacement = json_string(section, "replacement", std::string(kSpaceMark));
        if (replacement.empty()) return unsupported("pre_tokenizer", "Metaspace has an empty replacement");
        const std::string scheme = json_string(
            section, "prepend_scheme", json_bool(section, "add_prefix_space", true) ? "always" : "never");
        Prepend prepend = Prepend::always;
        if (scheme == "first")
            prepend = Prepend::first;
        else if (scheme == "never")
            prepend = Prepend::never;
        else if (scheme != "always")
            return unsupported("pre_tokenizer", "prepend_scheme \"" + scheme + "\" is not known");
        return make_metaspace(replacement, prepend, json_bool(section, "split", true));
    }

    JsonStages& stages_;
    size_t count_ = 0;
};

} // namespace

Result<std::string> decode_base64(const std::string& text) {
    std::string bytes;
    uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        int value = -1;
        if (c >= 'A' && c <= 'Z') value = c - 'A';
        if (c >= 'a' && c <= 'z') value = c - 'a' + 26;
        if (c >= '0' && c <= '9') value = c - '0' + 52;
        if (c == '+') value = 62;
        if (c == '/') value = 63;
        if (c == '=') break;
        if (value < 0)
            return Error{ErrorCode::bad_file, "tokenizer.json: precompiled_charsmap is not base64", {}};
        bits = bits << 6 | static_cast<uint32_t>(value);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes.push_back(static_cast<char>(bits >> count & 0xFF));
    }
    return bytes;
}

Result<JsonStages> read_json_stages(const Json* normalizer, const Json* pre_tokenizer) {
    JsonStages stages;
    if (normalizer != nullptr) {
        NormalizerReader reader;
        ENGINE_ASSIGN(stages.normalizer, reader.read(*normalizer));
        if (reader.ends_in_bytes) {
            stages.byte_alphabet = stages.mapped = true;
            stages.pre_tokenizer.add(make_byte_mapping());
        }
    }
    if (pre_tokenizer != nullptr) ENGINE_TRY(PreTokenizerReader(stages).add(*pre_tokenizer, 0));
    stages.description = stages.pre_tokenizer.description();
    return stages;
}

} // namespace engine::text
