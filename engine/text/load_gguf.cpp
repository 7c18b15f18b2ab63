// Reading a GGUF vocabulary; defaults for missing keys are those of llama.cpp's loader.
#include "engine/text/load_gguf.h"

#include <string>
#include <utility>

#include "engine/text/byte_bpe.h"
#include "engine/text/char_bpe.h"
#include "engine/text/end_tokens.h"
#include "engine/text/pipeline_tokenizer.h"
#include "engine/text/pre_tokenizer_table.h"
#include "engine/text/sentencepiece_normalizer.h"
#include "engine/text/tokenizer_pieces.h"
#include "engine/text/unigram.h"

namespace engine::text {
namespace {

std::string key(std::string_view name) {
    return "tokenizer.ggml." + std::string(name);
}

Error bad_file(std::string message) {
    return {ErrorCode::bad_file, std::move(message), {}};
}

class GgufLoader {
 public:
    explicit GgufLoader(const formats::Metadata& metadata) : metadata_(metadata) {}

    Result<std::shared_ptr<const Tokenizer>> load() {
        const std::string* model = metadata_.string(key("model"));
        if (model == nullptr)
            return Error{ErrorCode::not_found, "the file has no tokenizer (tokenizer.ggml.model)",
                         "It is a model to compute with only. Choose a file that brings its tokenizer."};
        parts_.model_name = *model;
        ENGINE_TRY(read_tokens());
        if (*model == "gpt2" || *model == "gemma4")
            ENGINE_TRY(load_bpe());
        else if (*model == "llama")
            ENGINE_TRY(load_scored());
        else if (*model == "t5")
            ENGINE_TRY(load_unigram());
        else
            return Error{ErrorCode::unsupported,
                         "tokenizer.ggml.model is \"" + *model + "\", which is not a known tokenizer",
                         {}};
        ENGINE_TRY(read_added_tokens());
        parts_.ends =
            find_end_tokens(parts_.vocabulary, {parts_.eos, id("eot_token_id", -1), id("eom_token_id", -1)});
        return std::shared_ptr<const Tokenizer>(std::make_shared<PipelineTokenizer>(std::move(parts_)));
    }

 private:
    Result<void> read_tokens() {
        const auto* tokens = metadata_.strings(key("tokens"));
        if (tokens == nullptr || tokens->empty())
            return bad_file("tokenizer.ggml.tokens is missing or empty");
        if (static_cast<int64_t>(tokens->size()) > kMaxTokens)
            return bad_file("tokenizer.ggml.tokens has " + std::to_string(tokens->size()) + " entries");
        size_t bytes = 0;
        for (const std::string& token : *tokens)
            bytes += token.size();
        Vocabulary& vocabulary = parts_.vocabulary;
        vocabulary.tokens.reserve(tokens->size(), bytes);
        for (const std::string& token : *tokens)
            vocabulary.tokens.add(token);
        vocabulary.kinds.assign(tokens->size(), TokenKind::normal);
        ENGINE_TRY(read_kinds());
        return read_scores();
    }

    Result<void> read_kinds() {
        const auto* kinds = metadata_.integers(key("token_type"));
        has_kinds_ = kinds != nullptr;
        if (kinds == nullptr) return {};
        ENGINE_TRY(check_length("token_type", kinds->size()));
        for (size_t i = 0; i < parts_.vocabulary.kinds.size(); ++i) {
            const int64_t kind = (*kinds)[i];
            if (kind < 0 || kind > 6)
                return bad_file("tokenizer.ggml.token_type of token " + std::to_string(i) + " is " +
                                std::to_string(kind));
            if (kind != 0) parts_.vocabulary.kinds[i] = static_cast<TokenKind>(kind);
        }
        return {};
    }

    Result<void> read_scores() {
        if (const auto* scores = metadata_.numbers(key("scores")); scores != nullptr) {
            ENGINE_TRY(check_length("scores", scores->size()));
            for (size_t i = 0; i < parts_.vocabulary.kinds.size(); ++i)
                parts_.vocabulary.scores.push_back(static_cast<float>((*scores)[i]));
        } else if (const auto* integers = metadata_.integers(key("scores")); integers != nullptr) {
            ENGINE_TRY(check_length("scores", integers->size()));
            for (size_t i = 0; i < parts_.vocabulary.kinds.size(); ++i)
                parts_.vocabulary.scores.push_back(static_cast<float>((*integers)[i]));
        }
        return {};
    }

    Result<void> check_length(std::string_view name, size_t size) const {
        if (size >= parts_.vocabulary.kinds.size()) return {};
        return bad_file(key(name) + " has " + std::to_string(size) + " entries for " +
                        std::to_string(parts_.vocabulary.kinds.size()) + " tokens");
    }

    // A token id of the file; one outside of the vocabulary counts as not there.
    TokenId id(std::string_view name, TokenId otherwise) const {
        const int64_t value = metadata_.integer(key(name)).value_or(otherwise);
        return value >= 0 && value < parts_.vocabulary.size() ? static_cast<TokenId>(value) : -1;
    }

    // BOS and EOS and what is added of them.
    Result<void> read_ends(TokenId bos, TokenId eos, bool adds_bos, bool adds_eos) {
        parts_.bos = id("bos_token_id", bos);
        parts_.eos = id("eos_token_id", eos);
        const auto wants_bos = metadata_.boolean(key("add_bos_token"));
        const auto wants_eos = metadata_.boolean(key("add_eos_token"));
        if (wants_bos.value_or(false) && parts_.bos < 0)
            return bad_file("tokenizer.ggml.add_bos_token is set, but there is no valid bos_token_id");
        if (wants_eos.value_or(false) && parts_.eos < 0)
            return bad_file("tokenizer.ggml.add_eos_token is set, but there is no valid eos_token_id");
        parts_.adds_bos = wants_bos.value_or(adds_bos) && parts_.bos >= 0;
        if (parts_.adds_bos) parts_.prefix.push_back(parts_.bos);
        if (wants_eos.value_or(adds_eos) && parts_.eos >= 0) parts_.suffix.push_back(parts_.eos);
        return {};
    }

    Result<std::vector<MergeRule>> read_merges() const {
        const auto* merges = metadata_.strings(key("merges"));
        if (merges == nullptr) {
            if (parts_.pre_name == "kimi-k2") return rules_from_ranks(parts_.vocabulary);
            return bad_file("tokenizer.ggml.merges is missing");
        }
        std::vector<MergeRule> rules;
        rules.reserve(merges->size());
        for (const std::string& merge : *merges) {
            const size_t space = merge.find(' ', 1);
            if (merge.empty() || space == std::string::npos || space + 1 == merge.size())
                return bad_file("tokenizer.ggml.merges: entry " + std::to_string(rules.size()) +
                                " is not two texts and a space");
            const auto view = std::string_view(merge);
            rules.push_back(
                {view.substr(0, space), view.substr(space + 1), static_cast<uint32_t>(rules.size())});
        }
        return rules;
    }

    Result<void> load_bpe() {
        const std::string* pre = metadata_.string(key("pre"));
        if (parts_.model_name == "gemma4")
            parts_.pre_name = "gemma4";
        else if (pre == nullptr || pre->empty())
            return Error{ErrorCode::unsupported,
                         "tokenizer.ggml.pre is missing: how to cut text into words is not known",
                         "convert the model again with a newer version of the converter"};
        else
            parts_.pre_name = *pre;
        ENGINE_ASSIGN(NamedPreTokenizer named, find_pre_tokenizer(parts_.pre_name));
        ENGINE_ASSIGN(const std::vector<MergeRule> rules, read_merges());
        ENGINE_TRY(read_ends(-1, -1, named.adds_bos, false));
        if (!named.byte_alphabet) return finish_character_bpe(rules);
        parts_.restores_bytes = parts_.pre_name == "falcon";
        parts_.pieces = byte_alphabet_pieces(parts_.vocabulary);
        parts_.model = ByteBpe::build(parts_.vocabulary, rules, named.ignore_merges);
        if (parts_.model == nullptr) { // bytes without tokens: what has no token is left out
            if (!parts_.restores_bytes) named.stages.add(make_byte_mapping());
            parts_.restores_bytes = false;
            parts_.model = CharBpe::from_rules(parts_.vocabulary, rules,
                                               {{}, id("unknown_token_id", -1), true, named.ignore_merges});
        }
        parts_.pre_tokenizer = std::move(named.stages);
        return {};
    }

    Result<void> finish_character_bpe(const std::vector<MergeRule>& rules) {
        ENGINE_ASSIGN(parts_.normalizer, make_replace(" ", std::string(kSpaceMark), false));
        parts_.model = CharBpe::from_rules(
            parts_.vocabulary, rules,
            {find_byte_tokens(parts_.vocabulary), id("unknown_token_id", -1), true, false});
        parts_.pieces = space_mark_pieces(parts_.vocabulary);
        return {};
    }

    // Old files without token types: what must not come out of text is known by id and by form.
    void guess_kinds(TokenId unknown) {
        if (has_kinds_) return;
        Vocabulary& vocabulary = parts_.vocabulary;
        const bool has_bytes = !find_byte_tokens(vocabulary).empty();
        for (TokenId token = 0; has_bytes && token < vocabulary.size(); ++token)
            if (byte_of_token(vocabulary.tokens.at(token)) >= 0)
                vocabulary.kinds[static_cast<size_t>(token)] = TokenKind::byte;
        for (const TokenId token : {parts_.bos, parts_.eos})
            if (token >= 0) vocabulary.kinds[static_cast<size_t>(token)] = TokenKind::control;
        if (unknown >= 0) vocabulary.kinds[static_cast<size_t>(unknown)] = TokenKind::unknown;
    }

    Result<void> use_sentencepiece_normalizer(bool add_space_prefix) {
        SentencePieceOptions options;
        options.add_space_prefix = metadata_.boolean(key("add_space_prefix")).value_or(add_space_prefix);
        options.remove_extra_whitespaces = metadata_.boolean(key("remove_extra_whitespaces")).value_or(false);
        if (const auto* bytes = metadata_.integers(key("precompiled_charsmap")); bytes != nullptr) {
            std::string blob;
            for (const int64_t byte : *bytes)
                blob.push_back(static_cast<char>(byte));
            ENGINE_ASSIGN(options.charsmap, Charsmap::parse(blob));
        }
        const Vocabulary& vocabulary = parts_.vocabulary;
        for (TokenId token = 0; token < vocabulary.size(); ++token)
            if (vocabulary.kind(token) == TokenKind::user_defined)
                options.user_defined.push_back(with_spaces_for_marks(vocabulary.tokens.at(token)));
        parts_.adds_space_prefix = options.add_space_prefix;
        parts_.normalizer = make_sentencepiece_normalizer(std::move(options));
        return {};
    }

    void name_pre_tokenizer() {
        const std::string* pre = metadata_.string(key("pre"));
        parts_.pre_name = pre == nullptr ? "default" : *pre;
    }

    Result<void> load_scored() {
        name_pre_tokenizer();
        const TokenId unknown = id("unknown_token_id", 0);
        ENGINE_TRY(read_ends(1, 2, true, false));
        guess_kinds(unknown);
        ENGINE_TRY(use_sentencepiece_normalizer(true));
        parts_.model = CharBpe::from_scores(parts_.vocabulary,
                                            {find_byte_tokens(parts_.vocabulary), unknown, true, false});
        parts_.pieces = space_mark_pieces(parts_.vocabulary);
        return {};
    }

    Result<void> load_unigram() {
        name_pre_tokenizer();
        const TokenId unknown = id("unknown_token_id", 2);
        ENGINE_TRY(read_ends(-1, 1, false, true));
        guess_kinds(unknown);
        ENGINE_TRY(use_sentencepiece_normalizer(false));
        parts_.model =
            std::make_unique<Unigram>(parts_.vocabulary, unknown, find_byte_tokens(parts_.vocabulary));
        parts_.pieces = space_mark_pieces(parts_.vocabulary);
        return {};
    }

    // Tokens with space marks are found in the normalised text, by the model.
    Result<void> read_added_tokens() {
        const Vocabulary& vocabulary = parts_.vocabulary;
        const bool marks = parts_.model_name == "llama" || parts_.model_name == "t5";
        for (TokenId token = 0; token < vocabulary.size(); ++token) {
            const TokenKind kind = vocabulary.kind(token);
            const bool control = kind == TokenKind::control || kind == TokenKind::unknown;
            if (!control && kind != TokenKind::user_defined) continue;
            AddedToken added;
            added.id = token;
            added.text = vocabulary.tokens.at(token);
            added.control = control;
            if (!control && marks && added.text.find(kSpaceMark) != std::string::npos) continue;
            ENGINE_TRY(check_added_token(added));
            parts_.added_tokens.push_back(std::move(added));
        }
        return {};
    }

    const formats::Metadata& metadata_;
    TokenizerParts parts_;
    bool has_kinds_ = false;
};

} // namespace

Result<std::shared_ptr<const Tokenizer>> load_tokenizer_gguf(const formats::Metadata& metadata) {
    return GgufLoader(metadata).load();
}

} // namespace engine::text
