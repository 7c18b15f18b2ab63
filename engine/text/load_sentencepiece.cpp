// Putting a tokenizer together from sentencepiece's model, and the tokens that transformers adds to it.
#include "engine/text/load_sentencepiece.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "engine/text/char_bpe.h"
#include "engine/text/json_file.h"
#include "engine/text/pipeline_tokenizer.h"
#include "engine/text/sentencepiece_model.h"
#include "engine/text/sentencepiece_normalizer.h"
#include "engine/text/tokenizer_pieces.h"
#include "engine/text/unigram.h"

namespace engine::text {
namespace {

using Json = nlohmann::json;

class SentencePieceLoader {
 public:
    Result<std::shared_ptr<const Tokenizer>> load(std::string_view file, const FolderTexts& beside) {
        ENGINE_ASSIGN(model_, parse_sentencepiece_model(file));
        ENGINE_ASSIGN(settings_, parse_folder_settings(beside));
        ENGINE_TRY(read_added_tokens());
        ENGINE_TRY(build_vocabulary());
        ENGINE_TRY(build_normalizer());
        build_model();
        parts_.pieces = space_mark_pieces(parts_.vocabulary);
        read_ends();
        return std::shared_ptr<const Tokenizer>(std::make_shared<PipelineTokenizer>(std::move(parts_)));
    }

 private:
    // Those of the files beside are found in the text before anything else looks at it; sentencepiece's own
    // user-defined pieces are found by the model.
    Result<void> read_added_tokens() {
        for (const auto& [id, token] : settings_.added_tokens()) {
            AddedToken added;
            added.text = json_string(*token, "content");
            added.control = json_bool(*token, "special", false);
            added.single_word = json_bool(*token, "single_word", false);
            added.lstrip = json_bool(*token, "lstrip", false);
            added.rstrip = json_bool(*token, "rstrip", false);
            ENGINE_TRY(add_token(std::move(added), id, "tokenizer_config.json"));
        }
        for (const auto& [text, id] : settings_.more_tokens.items()) {
            AddedToken added;
            added.text = text;
            const int64_t number = id.is_number_unsigned() ? id.get<int64_t>() : -1;
            if (texts_.find(text) < 0) ENGINE_TRY(add_token(std::move(added), number, "added_tokens.json"));
        }
        for (size_t i = 0; i < model_.pieces.size(); ++i) {
            const SentencePiece& piece = model_.pieces[i];
            if (piece.kind != TokenKind::control && piece.kind != TokenKind::unknown) continue;
            AddedToken added;
            added.text = piece.text;
            added.control = true;
            if (texts_.find(piece.text) < 0)
                ENGINE_TRY(add_token(std::move(added), static_cast<int64_t>(i), "tokenizer.model"));
        }
        return {};
    }

    Result<void> add_token(AddedToken added, int64_t id, std::string_view file) {
        // As many gaps in front of it as there are pieces: a number out of place is not a reason to fill
        // memory.
        const auto most =
            std::min<int64_t>(kMaxTokens, 2 * static_cast<int64_t>(model_.pieces.size()) + 65536);
        if (id < 0 || id >= most)
            return Error{ErrorCode::bad_file, std::string(file) + ": an added token has no valid id",
                         "Download the file again."};
        added.id = static_cast<TokenId>(id);
        ENGINE_TRY(check_added_token(added));
        texts_.add(added.text);
        parts_.added_tokens.push_back(std::move(added));
        return {};
    }

    Result<void> build_vocabulary() {
        size_t size = model_.pieces.size();
        for (const AddedToken& added : parts_.added_tokens)
            size = std::max(size, static_cast<size_t>(added.id) + 1);
        std::vector<std::string_view> texts(size);
        Vocabulary& vocabulary = parts_.vocabulary;
        vocabulary.kinds.assign(size, TokenKind::unused);
        vocabulary.scores.assign(size, 0);
        for (size_t i = 0; i < model_.pieces.size(); ++i) {
            texts[i] = model_.pieces[i].text;
            vocabulary.kinds[i] = model_.pieces[i].kind;
            vocabulary.scores[i] = model_.pieces[i].score;
        }
        for (const AddedToken& added : parts_.added_tokens) {
            const auto id = static_cast<size_t>(added.id);
            texts[id] = added.text;
            if (vocabulary.kinds[id] != TokenKind::unknown)
                vocabulary.kinds[id] = added.control ? TokenKind::control : TokenKind::user_defined;
        }
        for (const std::string_view text : texts)
            vocabulary.tokens.add(text);
        return {};
    }

    Result<void> build_normalizer() {
        SentencePieceOptions options;
        options.add_space_prefix = model_.add_space_prefix;
        options.remove_extra_whitespaces = model_.remove_extra_whitespaces;
        options.escape_whitespaces = model_.escape_whitespaces;
        auto charsmap = Charsmap::parse(model_.charsmap);
        if (!charsmap.ok())
            return Error{ErrorCode::bad_file, "tokenizer.model: " + charsmap.error().message,
                         "The file is damaged: download it again."};
        options.charsmap = *std::move(charsmap);
        for (const SentencePiece& piece : model_.pieces)
            if (piece.kind == TokenKind::user_defined) options.user_defined.push_back(piece.text);
        parts_.adds_space_prefix = options.add_space_prefix;
        parts_.normalizer = make_sentencepiece_normalizer(std::move(options));
        return {};
    }

    void build_model() {
        std::vector<TokenId> bytes;
        if (model_.byte_fallback) bytes = find_byte_tokens(parts_.vocabulary);
        parts_.pre_name = "default";
        if (model_.algorithm == SentencePieceModel::Algorithm::bpe) {
            parts_.model_name = "llama";
            parts_.model =
                CharBpe::from_scores(parts_.vocabulary, {std::move(bytes), model_.unknown, true, false});
        } else {
            parts_.model_name = "t5";
            parts_.model = std::make_unique<Unigram>(parts_.vocabulary, model_.unknown, std::move(bytes),
                                                     Unigram::Sums::single_precision);
        }
    }

    // The configuration's ends, else the model's; as transformers' Llama the first one goes in front unless
    // the configuration says otherwise.
    void read_ends() {
        parts_.bos = settings_.end_token(parts_.vocabulary, "bos_token");
        parts_.eos = settings_.end_token(parts_.vocabulary, "eos_token");
        if (parts_.bos < 0) parts_.bos = model_.bos;
        if (parts_.eos < 0) parts_.eos = model_.eos;
        parts_.adds_bos = parts_.bos >= 0 && json_bool(settings_.tokenizer, "add_bos_token", true);
        if (parts_.adds_bos) parts_.prefix = {parts_.bos};
        if (parts_.eos >= 0 && json_bool(settings_.tokenizer, "add_eos_token", false))
            parts_.suffix = {parts_.eos};
        parts_.ends = settings_.ends(parts_.vocabulary, parts_.eos);
    }

    SentencePieceModel model_;
    FolderSettings settings_;
    TokenizerParts parts_;
    StringTable texts_; // of the added tokens
};

} // namespace

Result<std::shared_ptr<const Tokenizer>> load_sentencepiece(std::string_view tokenizer_model,
                                                            const FolderTexts& beside) {
    return SentencePieceLoader().load(tokenizer_model, beside);
}

} // namespace engine::text
