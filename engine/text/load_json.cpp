// Putting a tokenizer together from tokenizer.json, and what the files beside it say about its ends.
#include "engine/text/load_json.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "engine/text/byte_bpe.h"
#include "engine/text/char_bpe.h"
#include "engine/text/folder_settings.h"
#include "engine/text/json_decoder.h"
#include "engine/text/json_file.h"
#include "engine/text/json_stages.h"
#include "engine/text/pipeline_tokenizer.h"
#include "engine/text/pre_tokenizer_table.h"
#include "engine/text/tokenizer_pieces.h"
#include "engine/text/unigram.h"

namespace engine::text {
namespace {

using Json = nlohmann::json;

Error bad_file(const std::string& message) {
    return {ErrorCode::bad_file, "tokenizer.json: " + message, {}};
}

Error unsupported(const std::string& message) {
    return {ErrorCode::unsupported, "tokenizer.json: " + message, {}};
}

class JsonLoader {
 public:
    Result<std::shared_ptr<const Tokenizer>> load(const JsonTokenizerTexts& texts) {
        ENGINE_ASSIGN(file_, parse_tokenizer_json(texts.tokenizer_json));
        ENGINE_ASSIGN(settings_, parse_folder_settings(texts.beside));
        if (!file_.rest.is_object() || json_field(file_.rest, "model") == nullptr)
            return bad_file("there is no \"model\"");
        for (size_t i = 0; i < file_.scores.size(); ++i)
            file_.ids.emplace_back(file_.scores[i].first, static_cast<int64_t>(i));
        ENGINE_TRY(read_added_tokens());
        ENGINE_TRY(build_vocabulary());
        ENGINE_TRY(build_stages_and_model());
        ENGINE_ASSIGN(JsonDecoder decoder,
                      read_json_decoder(json_field(file_.rest, "decoder"), parts_.vocabulary, is_added_,
                                        stages_.byte_alphabet));
        parts_.pieces = std::move(decoder.pieces);
        parts_.adds_space_prefix = decoder.strips_first_space;
        ENGINE_TRY(read_post_processor(json_field(file_.rest, "post_processor"), 0));
        read_ends();
        parts_.normalizer = std::move(stages_.normalizer);
        parts_.pre_tokenizer = std::move(stages_.pre_tokenizer);
        return std::shared_ptr<const Tokenizer>(std::make_shared<PipelineTokenizer>(std::move(parts_)));
    }

 private:
    Result<void> read_added_tokens() {
        const Json* tokens = json_field(file_.rest, "added_tokens");
        if (tokens != nullptr && tokens->is_array())
            for (const Json& token : *tokens)
                ENGINE_TRY(add_token(token, json_integer(token, "id", -1)));
        // transformers adds what only tokenizer_config.json has, in the order of the numbers.
        for (const auto& [id, token] : settings_.added_tokens()) {
            const std::string content = json_string(*token, "content");
            const bool known = std::any_of(parts_.added_tokens.begin(), parts_.added_tokens.end(),
                                           [&](const AddedToken& added) { return added.text == content; });
            if (!known) ENGINE_TRY(add_token(*token, id));
        }
        number_added_tokens();
        return {};
    }

    // Hugging Face's numbers, whatever the file says: that of the model's token of this text, or the next one
    // past the vocabulary.
    void number_added_tokens() {
        StringTable texts;
        for (const AddedToken& added : parts_.added_tokens)
            texts.find_or_add(added.text);
        std::vector<int64_t> ids(static_cast<size_t>(texts.size()), -1);
        for (const auto& [token, id] : file_.ids)
            if (const int32_t found = texts.find(token); found >= 0) ids[static_cast<size_t>(found)] = id;
        const auto past_model = static_cast<int64_t>(file_.ids.size());
        int64_t largest = -1;
        for (AddedToken& added : parts_.added_tokens) {
            const int32_t found = texts.find(added.text);
            if (found < 0) continue; // an empty text is no token
            int64_t& id = ids[static_cast<size_t>(found)];
            if (id < 0) id = std::max(largest + 1, past_model);
            largest = std::max(largest, id);
            added.id = static_cast<TokenId>(std::clamp<int64_t>(id, 0, kMaxTokens));
        }
    }

    Result<void> add_token(const Json& token, int64_t id) {
        if (id < 0 || id >= kMaxTokens) return bad_file("an added token has no valid id");
        AddedToken added;
        added.id = static_cast<TokenId>(id);
        added.text = json_string(token, "content");
        added.control = json_bool(token, "special", false);
        added.single_word = json_bool(token, "single_word", false);
        added.lstrip = json_bool(token, "lstrip", false);
        added.rstrip = json_bool(token, "rstrip", false);
        added.normalized = json_bool(token, "normalized", !added.control);
        ENGINE_TRY(check_added_token(added));
        parts_.added_tokens.push_back(std::move(added));
        return {};
    }

    Result<void> build_vocabulary() {
        int64_t size = 0;
        for (const auto& [token, id] : file_.ids) {
            if (id < 0 || id >= kMaxTokens)
                return bad_file("token \"" + token + "\" has the number " + std::to_string(id));
            size = std::max(size, id + 1);
        }
        if (file_.ids.empty()) return bad_file("model.vocab is missing or empty");
        for (const AddedToken& added : parts_.added_tokens)
            size = std::max<int64_t>(size, added.id + 1);
        std::vector<std::string_view> texts(static_cast<size_t>(size));
        for (const auto& [token, id] : file_.ids) {
            std::string_view& text = texts[static_cast<size_t>(id)];
            if (!text.empty() && text != token)
                return bad_file("\"" + std::string(text) + "\" and \"" + token + "\" have the same number");
            text = token;
        }
        is_added_.assign(static_cast<size_t>(size), false);
        Vocabulary& vocabulary = parts_.vocabulary;
        vocabulary.kinds.assign(static_cast<size_t>(size), TokenKind::normal);
        for (const AddedToken& added : parts_.added_tokens) {
            const auto id = static_cast<size_t>(added.id);
            texts[id] = added.text;
            is_added_[id] = true;
            vocabulary.kinds[id] = added.control ? TokenKind::control : TokenKind::user_defined;
        }
        vocabulary.tokens.reserve(texts.size(), texts.size() * 8);
        for (size_t id = 0; id < texts.size(); ++id) {
            vocabulary.tokens.add(texts[id]);
            if (texts[id].empty()) vocabulary.kinds[id] = TokenKind::unused;
        }
        if (!file_.scores.empty()) {
            vocabulary.scores.assign(static_cast<size_t>(size), 0);
            for (size_t i = 0; i < file_.scores.size(); ++i)
                vocabulary.scores[i] = static_cast<float>(file_.scores[i].second);
        }
        return {};
    }

    Result<void> build_stages_and_model() {
        ENGINE_ASSIGN(stages_, read_json_stages(json_field(file_.rest, "normalizer"),
                                                json_field(file_.rest, "pre_tokenizer")));
        const Json& model = json_section(file_.rest, "model");
        std::string type = json_type(model);
        if (type.empty()) type = file_.scores.empty() ? "BPE" : "Unigram"; // files of the first versions
        if (type == "BPE") return build_bpe(model);
        if (type == "Unigram") return build_unigram(model);
        return unsupported("model \"" + type + "\" is not known");
    }

    void mark_byte_tokens() {
        for (TokenId id = 0; id < parts_.vocabulary.size(); ++id)
            if (byte_of_token(parts_.vocabulary.tokens.at(id)) >= 0)
                parts_.vocabulary.kinds[static_cast<size_t>(id)] = TokenKind::byte;
    }

    void map_bytes() {
        if (!stages_.byte_alphabet || stages_.mapped) return;
        stages_.pre_tokenizer.add(make_byte_mapping());
        stages_.mapped = true;
    }

    Result<std::vector<MergeRule>> merge_rules() const {
        std::vector<MergeRule> rules;
        rules.reserve(file_.merges.size());
        const StringTable& tokens = parts_.vocabulary.tokens;
        for (const auto& [left, right] : file_.merges) {
            for (const std::string& text : {left, right, left + right})
                if (tokens.find(text) < 0)
                    return bad_file("entry " + std::to_string(rules.size()) + " of model.merges has \"" +
                                    text + "\", which is not in the vocabulary");
            rules.push_back({left, right, static_cast<uint32_t>(rules.size())});
        }
        return rules;
    }

    Result<void> build_bpe(const Json& model) {
        if (!file_.scores.empty()) return bad_file("a BPE model whose vocabulary has scores");
        for (const char* name : {"continuing_subword_prefix", "end_of_word_suffix"})
            if (!json_string(model, name).empty())
                return unsupported(std::string("model.") + name + " is set");
        if (const Json* dropout = json_field(model, "dropout");
            dropout != nullptr && dropout->is_number() && dropout->get<double>() > 0)
            return unsupported("model.dropout is set");
        const bool byte_fallback = json_bool(model, "byte_fallback", false);
        CharBpeOptions options;
        options.ignore_merges = json_bool(model, "ignore_merges", false);
        options.fuse_unknown = json_bool(model, "fuse_unk", false);
        if (const std::string text = json_string(model, "unk_token"); !text.empty()) {
            options.unknown = parts_.vocabulary.tokens.find(text);
            if (options.unknown < 0)
                return bad_file("model.unk_token \"" + text + "\" is not in the vocabulary");
            parts_.vocabulary.kinds[static_cast<size_t>(options.unknown)] = TokenKind::unknown;
        }
        if (byte_fallback) {
            mark_byte_tokens();
            options.byte_tokens = find_byte_tokens(parts_.vocabulary);
        }
        ENGINE_ASSIGN(const std::vector<MergeRule> rules, merge_rules());
        parts_.model_name = stages_.byte_alphabet ? "gpt2" : "llama";
        parts_.pre_name = stages_.byte_alphabet
                              ? name_of_pre_tokenizer(stages_.description, options.ignore_merges)
                              : "default";
        if (stages_.byte_alphabet && !byte_fallback) {
            parts_.model = ByteBpe::build(parts_.vocabulary, rules, options.ignore_merges);
            parts_.restores_bytes = parts_.model != nullptr && stages_.mapped;
        }
        if (parts_.model == nullptr) {
            map_bytes();
            parts_.model = CharBpe::from_rules(parts_.vocabulary, rules, std::move(options));
        }
        return {};
    }

    Result<void> build_unigram(const Json& model) {
        if (file_.scores.empty()) return bad_file("a Unigram model whose vocabulary has no scores");
        const int64_t unknown = json_integer(model, "unk_id", -1);
        if (unknown >= static_cast<int64_t>(file_.scores.size()))
            return bad_file("model.unk_id is too large");
        if (unknown >= 0) parts_.vocabulary.kinds[static_cast<size_t>(unknown)] = TokenKind::unknown;
        std::vector<TokenId> byte_tokens;
        if (json_bool(model, "byte_fallback", false)) {
            mark_byte_tokens();
            byte_tokens = find_byte_tokens(parts_.vocabulary);
        }
        map_bytes();
        parts_.model_name = "t5";
        parts_.pre_name = "default";
        parts_.model = std::make_unique<Unigram>(
            parts_.vocabulary, unknown < 0 ? -1 : static_cast<TokenId>(unknown), std::move(byte_tokens));
        return {};
    }

    Result<void> read_post_processor(const Json* processor, int depth) {
        if (processor == nullptr) return {};
        const std::string type = json_type(*processor);
        if (depth > 8) return unsupported("post_processor is nested too deeply");
        if (type == "ByteLevel") return {};
        if (type == "Sequence") {
            for (const Json& part : json_section(*processor, "processors"))
                ENGINE_TRY(read_post_processor(&part, depth + 1));
            return {};
        }
        if (type == "TemplateProcessing") return read_template(*processor);
        if (type == "RobertaProcessing" || type == "BertProcessing") {
            ENGINE_ASSIGN(const TokenId first, pair_id(*processor, "cls"));
            ENGINE_ASSIGN(const TokenId last, pair_id(*processor, "sep"));
            parts_.prefix.insert(parts_.prefix.begin(), first);
            parts_.suffix.push_back(last);
            return {};
        }
        return unsupported("post_processor \"" + type + "\" is not known");
    }

    Result<TokenId> valid_id(int64_t id) const {
        if (id < 0 || id >= parts_.vocabulary.size())
            return bad_file("post_processor adds token " + std::to_string(id) +
                            ", which is not in the vocabulary");
        return static_cast<TokenId>(id);
    }

    // ["</s>", 2]
    Result<TokenId> pair_id(const Json& processor, const char* name) const {
        const Json& pair = json_section(processor, name);
        const bool is_pair = pair.is_array() && pair.size() == 2 && pair[1].is_number_unsigned() &&
                             pair[1].get<uint64_t>() < static_cast<uint64_t>(kMaxTokens);
        return valid_id(is_pair ? pair[1].get<int64_t>() : -1);
    }

    Result<void> read_template(const Json& processor) {
        std::vector<TokenId> before, after;
        bool past_text = false;
        const Json& single = json_section(processor, "single");
        for (const Json& item : single.is_array() ? single : Json::array()) {
            if (json_field(item, "Sequence") != nullptr) {
                past_text = true;
                continue;
            }
            const std::string name = json_string(json_section(item, "SpecialToken"), "id");
            const Json& ids =
                json_section(json_section(json_section(processor, "special_tokens"), name.c_str()), "ids");
            if (name.empty() || !ids.is_array())
                return bad_file("post_processor adds a token that it does not list");
            for (const Json& number : ids) {
                const bool fits =
                    number.is_number_unsigned() && number.get<uint64_t>() < static_cast<uint64_t>(kMaxTokens);
                ENGINE_ASSIGN(const TokenId id, valid_id(fits ? number.get<int64_t>() : -1));
                (past_text ? after : before).push_back(id);
            }
        }
        parts_.prefix.insert(parts_.prefix.begin(), before.begin(), before.end());
        parts_.suffix.insert(parts_.suffix.end(), after.begin(), after.end());
        return {};
    }

    void read_ends() {
        const Json& config = settings_.tokenizer;
        parts_.bos = settings_.end_token(parts_.vocabulary, "bos_token");
        parts_.eos = settings_.end_token(parts_.vocabulary, "eos_token");
        // As transformers does it: a configuration that says what to add overrules the post-processor.
        if (json_field(config, "add_bos_token") != nullptr ||
            json_field(config, "add_eos_token") != nullptr) {
            parts_.prefix.clear();
            parts_.suffix.clear();
            if (json_bool(config, "add_bos_token", false) && parts_.bos >= 0) parts_.prefix = {parts_.bos};
            if (json_bool(config, "add_eos_token", false) && parts_.eos >= 0) parts_.suffix = {parts_.eos};
        }
        if (parts_.bos < 0 && parts_.prefix.size() == 1) parts_.bos = parts_.prefix[0];
        if (parts_.eos < 0 && parts_.suffix.size() == 1) parts_.eos = parts_.suffix[0];
        parts_.adds_bos =
            std::find(parts_.prefix.begin(), parts_.prefix.end(), parts_.bos) != parts_.prefix.end();
        parts_.ends = settings_.ends(parts_.vocabulary, parts_.eos);
    }

    JsonTokenizerFile file_;
    FolderSettings settings_;
    TokenizerParts parts_;
    JsonStages stages_;
    std::vector<bool> is_added_;
};

} // namespace

Result<std::shared_ptr<const Tokenizer>> load_tokenizer_json_files(const JsonTokenizerTexts& texts) {
    if (texts.tokenizer_json.empty())
        return Error{ErrorCode::not_found, "there is no tokenizer.json",
                     "Put the model's tokenizer.json beside its other files."};
    return JsonLoader().load(texts);
}

} // namespace engine::text
