// Keys and conventions are those of llama.cpp's converter.
#include "engine/text/gguf_vocabulary.h"

#include <algorithm>
#include <utility>

#include "engine/formats/printable.h"
#include "engine/text/end_tokens.h"
#include "engine/text/gguf_rules.h"
#include "engine/text/json_file.h"
#include "engine/text/load_gguf.h"
#include "engine/text/merge_scores.h"
#include "engine/text/sentencepiece_model.h"
#include "engine/text/template_source.h"
#include "engine/text/tokenizer.h"
#include "engine/text/tokenizer_comparison.h"
#include "engine/text/vocabulary.h"

namespace engine::text {
namespace {

using Json = nlohmann::json;

std::string key(std::string_view name) {
    return "tokenizer.ggml." + std::string(name);
}

class VocabularyWriter {
 public:
    VocabularyWriter(const formats::ModelFile& folder, int64_t rows, formats::Metadata& metadata)
        : folder_(folder), rows_(rows), metadata_(metadata) {}

    Result<std::vector<std::string>> write() {
        ENGINE_ASSIGN(tokenizer_, load_tokenizer(folder_));
        ENGINE_TRY(read_source());
        ENGINE_TRY(take_tokens());
        warnings_.insert(warnings_.end(), rules_.warnings.begin(), rules_.warnings.end());
        metadata_.set_string(key("model"), std::string(tokenizer_->model()));
        ENGINE_TRY(tokenizer_->model() == "gpt2" ? write_byte_level() : write_sentencepiece());
        write_tokens();
        ENGINE_TRY(write_ends());
        write_flags();
        if (std::string source = chat_template_of(folder_); !source.empty())
            metadata_.set_string("tokenizer.chat_template", std::move(source));
        ENGINE_TRY(compare());
        return std::move(warnings_);
    }

 private:
    Result<void> read_source() {
        if (!folder_.tokenizer_json.empty()) {
            ENGINE_ASSIGN(file_, parse_tokenizer_json(folder_.tokenizer_json));
            ENGINE_ASSIGN(rules_, gguf_rules(file_, tokenizer_->model()));
            own_tokens_ = std::max(file_.ids.size(), file_.scores.size());
            return {};
        }
        ENGINE_ASSIGN(model_, parse_sentencepiece_model(folder_.tokenizer_model));
        ENGINE_ASSIGN(rules_, gguf_rules(model_));
        own_tokens_ = model_.pieces.size();
        return {};
    }

    // Numbers without a token are those with which the embedding was filled up.
    Result<void> take_tokens() {
        const auto in_model = static_cast<int64_t>(own_tokens_);
        if (in_model > rows_)
            return Error{ErrorCode::bad_file,
                         "the tokenizer has " + std::to_string(in_model) + " tokens, the model " +
                             std::to_string(rows_),
                         "The tokenizer and config.json come from different models: download them again."};
        for (TokenId id = 0; id < rows_; ++id) {
            std::string token(tokenizer_->token(id));
            TokenKind kind = tokenizer_->kind(id);
            if (token.empty()) {
                token = "[PAD" + std::to_string(id) + "]";
                kind = TokenKind::unused;
            }
            vocabulary_.tokens.add(token);
            vocabulary_.kinds.push_back(kind);
        }
        if (tokenizer_->size() > rows_)
            warnings_.push_back("The tokenizer's last " + std::to_string(tokenizer_->size() - rows_) +
                                " tokens are left out: the model has no weights for them.");
        return {};
    }

    void write_tokens() {
        std::vector<std::string> tokens;
        std::vector<int32_t> kinds;
        for (TokenId id = 0; id < vocabulary_.size(); ++id) {
            tokens.emplace_back(vocabulary_.tokens.at(id));
            kinds.push_back(static_cast<int32_t>(vocabulary_.kind(id)));
        }
        metadata_.set_strings(key("tokens"), std::move(tokens));
        metadata_.set_i32s(key("token_type"), std::move(kinds));
        if (!vocabulary_.scores.empty()) metadata_.set_f32s(key("scores"), vocabulary_.scores);
    }

    Result<void> write_byte_level() {
        if (tokenizer_->pre().empty())
            return has_no_gguf_words("its pattern, by which text is cut into words, has no name there");
        metadata_.set_string(key("pre"), std::string(tokenizer_->pre()));
        std::vector<std::string> merges;
        merges.reserve(file_.merges.size());
        for (const auto& [left, right] : file_.merges)
            merges.push_back(left + " " + right);
        metadata_.set_strings(key("merges"), std::move(merges));
        return {};
    }

    Result<void> write_sentencepiece() {
        const bool unigram = tokenizer_->model() == "t5";
        metadata_.set_string(key("pre"), "default");
        if (!unigram && find_byte_tokens(vocabulary_).empty())
            return has_no_gguf_words("it has no tokens for single bytes");
        if (!model_.pieces.empty()) {
            for (const SentencePiece& piece : model_.pieces)
                vocabulary_.scores.push_back(piece.score);
            vocabulary_.scores.resize(static_cast<size_t>(rows_));
        } else if (unigram) {
            vocabulary_.scores.assign(static_cast<size_t>(rows_), 0);
            for (size_t i = 0; i < file_.scores.size(); ++i)
                vocabulary_.scores[i] = static_cast<float>(file_.scores[i].second);
        } else {
            vocabulary_.scores = scores_of_merges(vocabulary_.tokens, file_.merges);
        }
        metadata_.set_bool(key("add_space_prefix"), rules_.add_space_prefix);
        if (!unigram && model_.pieces.empty()) return {};
        metadata_.set_bool(key("remove_extra_whitespaces"), rules_.remove_extra_whitespaces);
        if (rules_.charsmap.empty()) return {};
        formats::ArrayValue bytes{formats::ValueType::u8, std::vector<int64_t>()};
        for (const char byte : rules_.charsmap)
            std::get<0>(bytes.items).push_back(static_cast<uint8_t>(byte));
        metadata_.set(key("precompiled_charsmap"), {formats::ValueType::array, std::move(bytes)});
        return {};
    }

    void write_id(std::string_view name, TokenId id) {
        if (id >= 0 && id < rows_) metadata_.set_u32(key(name), static_cast<uint32_t>(id));
    }

    Result<void> write_ends() {
        write_id("bos_token_id", tokenizer_->bos());
        write_id("eos_token_id", tokenizer_->eos());
        const auto unknown =
            std::find(vocabulary_.kinds.begin(), vocabulary_.kinds.end(), TokenKind::unknown);
        if (unknown != vocabulary_.kinds.end())
            write_id("unknown_token_id", static_cast<TokenId>(unknown - vocabulary_.kinds.begin()));
        else if (tokenizer_->model() == "t5")
            return has_no_gguf_words("it has no token for what is unknown");
        ENGINE_ASSIGN(const TokenId pad, padding());
        write_id("padding_token_id", pad);
        write_other_ends();
        write_around();
        return {};
    }

    // What goes around a text: readers know a token before it and one behind.
    void write_around() {
        std::vector<TokenId> around, wanted = tokenizer_->encode("", {true, false});
        const bool bos = tokenizer_->bos() >= 0 && !wanted.empty() && wanted.front() == tokenizer_->bos();
        if (bos) around.push_back(tokenizer_->bos());
        const bool eos =
            tokenizer_->eos() >= 0 && wanted.size() > around.size() && wanted.back() == tokenizer_->eos();
        if (eos) around.push_back(tokenizer_->eos());
        metadata_.set_bool(key("add_bos_token"), bos);
        metadata_.set_bool(key("add_eos_token"), eos);
        if (around != wanted)
            warnings_.emplace_back(
                "The tokenizer puts other tokens than the first and the last one around a text, which GGUF "
                "files cannot say; chats are not affected.");
    }

    // The one that the configuration names, or that the model's gives by number; -1: none.
    Result<TokenId> padding() const {
        Json config, model;
        if (!folder_.tokenizer_config_json.empty()) {
            ENGINE_ASSIGN(config, parse_json(folder_.tokenizer_config_json, "tokenizer_config.json"));
        }
        if (const Json* pad = json_field(config, "pad_token"); pad != nullptr)
            return tokenizer_->find(pad->is_string() ? pad->get<std::string>()
                                                     : json_string(*pad, "content"));
        if (!folder_.config_json.empty()) {
            ENGINE_ASSIGN(model, parse_json(folder_.config_json, "config.json"));
        }
        const int64_t id = json_integer(model, "pad_token_id", -1);
        return id >= 0 && id < rows_ ? static_cast<TokenId>(id) : -1;
    }

    // Those that no reader would know by their text.
    void write_other_ends() {
        const std::vector<TokenId> known = find_end_tokens(vocabulary_, {tokenizer_->eos()});
        std::vector<TokenId> others;
        for (TokenId id = 0; id < rows_; ++id)
            if (tokenizer_->ends_generation(id) && std::find(known.begin(), known.end(), id) == known.end())
                others.push_back(id);
        if (!others.empty()) write_id("eot_token_id", others[0]);
        if (others.size() > 1) write_id("eom_token_id", others[1]);
        if (others.size() > 2)
            warnings_.push_back("GGUF files have no words for " + std::to_string(others.size() - 2) +
                                " of the tokens that end a reply.");
    }

    // Of added tokens.
    void write_flags() {
        int64_t count = 0;
        std::string first;
        const Json* tokens = json_field(file_.rest, "added_tokens");
        for (const Json& token : tokens == nullptr ? Json::array() : *tokens)
            for (const char* flag : {"lstrip", "rstrip", "single_word"})
                if (json_bool(token, flag, false) && ++count == 1) first = json_string(token, "content");
        if (count > 0)
            warnings_.push_back(
                "GGUF files cannot say which added tokens take in the spaces around them or "
                "are words of their own: " +
                std::to_string(count) + " such marks are left out, the first of " +
                formats::printable(first) + ".");
    }

    // sentencepiece's own user-defined pieces stay within their text; in GGUF files they end it. True when
    // there was something to say.
    bool warn_of_spaces() {
        if (!rules_.add_space_prefix) return false;
        const auto first =
            std::find_if(model_.pieces.begin(), model_.pieces.end(),
                         [](const SentencePiece& piece) { return piece.kind == TokenKind::user_defined; });
        if (first == model_.pieces.end()) return false;
        warnings_.push_back("Readers of GGUF files put a space behind user-defined tokens such as " +
                            formats::printable(first->text) + ", which the tokenizer does not.");
        return true;
    }

    // What merging leads to cannot be foreseen from tables.
    Result<void> compare() {
        ENGINE_ASSIGN(const auto written, load_tokenizer_gguf(metadata_));
        const bool spaced = warn_of_spaces();
        const TokenizerDifference found = compare_tokenizers(*tokenizer_, *written, rules_.composes, !spaced);
        constexpr int64_t kBearable = 1000; // one text of so many
        if (found.different == 0) return {};
        const std::string share = std::to_string(found.different) + " of " + std::to_string(found.tried) +
                                  " texts made of its tokens";
        if (found.different > found.tried / kBearable)
            return has_no_gguf_words(share + " would be cut otherwise, " + formats::printable(found.first) +
                                     " among them");
        warnings_.push_back("The tokenizer cuts " + share + " otherwise than readers of GGUF files do.");
        return {};
    }

    const formats::ModelFile& folder_;
    const int64_t rows_;
    formats::Metadata& metadata_;
    std::shared_ptr<const Tokenizer> tokenizer_;
    JsonTokenizerFile file_;
    SentencePieceModel model_; // or this one
    size_t own_tokens_ = 0;    // without those that were added to them
    Vocabulary vocabulary_;    // as it is written
    GgufRules rules_;
    std::vector<std::string> warnings_;
};

} // namespace

Result<std::vector<std::string>> write_gguf_vocabulary(const formats::ModelFile& folder, int64_t rows,
                                                       formats::Metadata& metadata) {
    return VocabularyWriter(folder, rows, metadata).write();
}

} // namespace engine::text
