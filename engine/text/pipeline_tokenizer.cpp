// Encoding and decoding through the parts of a tokenizer.
#include "engine/text/pipeline_tokenizer.h"

#include <utility>

#include "engine/text/byte_alphabet.h"
#include "engine/text/raw_bytes.h"

namespace engine::text {

PipelineTokenizer::PipelineTokenizer(TokenizerParts parts) : parts_(std::move(parts)) {
    for (const AddedToken& token : parts_.added_tokens) {
        // Even without a normalizer these come second: a raw token in front of them wins.
        if (!token.normalized) {
            raw_added_.add(token);
            mixed_added_.add(token);
            continue;
        }
        if (token.control) mixed_added_.add(token);
        AddedToken normalized = token;
        if (parts_.normalizer != nullptr) parts_.normalizer->apply(normalized.text);
        normalized_added_.add(std::move(normalized));
    }
    parts_.added_tokens.clear();
    ends_.resize(static_cast<size_t>(size()));
    for (const TokenId id : parts_.ends)
        if (contains(id)) ends_[static_cast<size_t>(id)] = true;
}

struct PipelineTokenizer::Run {
    std::vector<TokenId>& out;
    bool all_trusted = false;
    PreTokenizer::Scratch pre_tokenizer;
    SubwordModel::Scratch model;
    std::string bytes; // of the piece at hand
};

std::vector<TokenId> PipelineTokenizer::encode(std::string_view text, EncodeOptions options) const {
    std::vector<TokenId> ids;
    if (options.add_special) ids = parts_.prefix;
    encode_into(text, options.parse_control ? TrustedRanges::all() : TrustedRanges::none(), ids);
    if (options.add_special) ids.insert(ids.end(), parts_.suffix.begin(), parts_.suffix.end());
    return ids;
}

std::vector<TokenId> PipelineTokenizer::encode(std::span<const Span> spans) const {
    std::vector<TokenId> ids;
    std::string text;
    TrustedRanges trusted;
    bool all_trusted = true;
    for (const Span& span : spans) {
        if (span.trusted) trusted.add(text.size(), text.size() + span.text.size());
        all_trusted = all_trusted && (span.trusted || span.text.empty());
        text += span.text;
    }
    encode_into(text, all_trusted ? TrustedRanges::all() : trusted, ids);
    return ids;
}

// Control tokens of the normalised text are Hugging Face's oldest vocabularies' ("<s>" found as "▁<s>"). Only
// positions in raw text can be trusted or not, so in mixed text they are looked for there.
void PipelineTokenizer::encode_into(std::string_view text, const TrustedRanges& trusted,
                                    std::vector<TokenId>& out) const {
    Run run{out, trusted.is_all(), parts_.pre_tokenizer.scratch(), {}, {}};
    const bool mixed = !trusted.is_all() && !trusted.is_none();
    const AddedTokens& added = mixed ? mixed_added_ : raw_added_;
    if (added.empty()) return encode_stretch(text, true, run);
    added.split(text, trusted, [&](AddedTokens::Part part) {
        if (part.id >= 0)
            out.push_back(part.id);
        else
            encode_stretch(text.substr(part.begin, part.end - part.begin), part.begin == 0, run);
    });
}

void PipelineTokenizer::encode_stretch(std::string_view text, bool first, Run& run) const {
    const bool valid = is_utf8(text);
    if (valid && parts_.normalizer == nullptr) return encode_normalized({text, first, 0}, run);
    ProtectedText changed = valid ? ProtectedText{std::string(text), 0} : protect_raw_bytes(text);
    if (parts_.normalizer != nullptr) parts_.normalizer->apply(changed.text);
    encode_normalized({changed.text, first, changed.block}, run);
}

void PipelineTokenizer::encode_normalized(Piece whole, Run& run) const {
    if (normalized_added_.empty()) return encode_pieces(whole, run);
    const TrustedRanges trusted = run.all_trusted ? TrustedRanges::all() : TrustedRanges::none();
    normalized_added_.split(whole.text, trusted, [&](AddedTokens::Part part) {
        if (part.id >= 0)
            run.out.push_back(part.id);
        else
            encode_pieces(whole.part(part.begin, part.end), run);
    });
}

void PipelineTokenizer::encode_pieces(Piece piece, Run& run) const {
    parts_.pre_tokenizer.run(piece, run.pre_tokenizer, [&](Piece part) {
        std::string_view text = part.text;
        if (part.raw_block != 0) {
            run.bytes = restore_raw_bytes(text, part.raw_block);
            text = run.bytes;
        }
        if (parts_.restores_bytes && from_byte_alphabet(text, run.bytes)) text = run.bytes;
        parts_.model->encode(text, run.out, run.model);
    });
}

std::string_view PipelineTokenizer::visible_piece(TokenId id, bool render_control) const {
    if (!contains(id)) return {};
    const TokenKind its_kind = parts_.vocabulary.kind(id);
    const bool hidden = its_kind == TokenKind::control || its_kind == TokenKind::unknown;
    if (hidden && !render_control) return {};
    return parts_.pieces.at(id);
}

std::string PipelineTokenizer::piece(TokenId id, bool render_control) const {
    return std::string(visible_piece(id, render_control));
}

std::string PipelineTokenizer::decode(std::span<const TokenId> ids, bool render_control) const {
    std::string text;
    for (const TokenId id : ids)
        text += visible_piece(id, render_control);
    if (parts_.adds_space_prefix && text.starts_with(' ')) text.erase(0, 1);
    return text;
}

std::string_view PipelineTokenizer::token(TokenId id) const {
    return contains(id) ? parts_.vocabulary.tokens.at(id) : std::string_view();
}

TokenKind PipelineTokenizer::kind(TokenId id) const {
    return contains(id) ? parts_.vocabulary.kind(id) : TokenKind::unused;
}

bool PipelineTokenizer::ends_generation(TokenId id) const {
    return contains(id) && ends_[static_cast<size_t>(id)];
}

} // namespace engine::text
