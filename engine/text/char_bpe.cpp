// Character BPE. Text is cut where no merge reaches across, so that the work stays in short chunks.
#include "engine/text/char_bpe.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <utility>

#include "engine/text/symbols.h"
#include "engine/text/utf8.h"

namespace engine::text {
namespace {

// Longer tokens are not reached by score merging; published ones have 144 bytes at most. A bound for the time
// that a hostile file can take: all splits of a token are looked up.
constexpr size_t kMaxScoredToken = 256;

char32_t first_character(std::string_view text) {
    return utf8_step(text, 0).code_point;
}

char32_t last_character(std::string_view text) {
    size_t at = text.size() - 1;
    while (at > 0 && (static_cast<uint8_t>(text[at]) & 0xC0u) == 0x80)
        --at;
    return utf8_step(text, at).code_point;
}

bool is_one_character(std::string_view text) {
    return !text.empty() && utf8_step(text, 0).length == text.size() && utf8_step(text, 0).valid;
}

// Rank by score: the highest is 0, equal scores share a rank.
std::vector<uint32_t> ranks_of(const std::vector<float>& scores) {
    std::vector<float> sorted;
    for (const float score : scores)
        if (!std::isnan(score)) sorted.push_back(score);
    std::sort(sorted.begin(), sorted.end(), std::greater<>());
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    std::vector<uint32_t> ranks;
    ranks.reserve(scores.size());
    for (const float score : scores) {
        const auto at = std::isnan(score)
                            ? sorted.end()
                            : std::lower_bound(sorted.begin(), sorted.end(), score, std::greater<>());
        ranks.push_back(static_cast<uint32_t>(at - sorted.begin()));
    }
    return ranks;
}

} // namespace

class CharBpe::Builder {
 public:
    Builder(CharBpe& bpe, const Vocabulary& vocabulary)
        : bpe_(bpe), vocabulary_(vocabulary), symbols_(vocabulary) {
        bpe_.ascii_.fill(-1);
        for (TokenId id = 0; id < vocabulary.size(); ++id)
            if (vocabulary.is_ordinary(id)) add_character(vocabulary.tokens.at(id), id);
    }

    void add_rules(const std::vector<MergeRule>& rules) {
        bpe_.merges_.reserve(rules.size());
        std::string both;
        for (const MergeRule& rule : rules) {
            both.assign(rule.left).append(rule.right);
            const int32_t left = symbols_.intern(rule.left), right = symbols_.intern(rule.right);
            add_character(rule.left, left);
            add_character(rule.right, right);
            add_merge(left, right, rule.rank, symbols_.intern(both));
        }
    }

    void add_scored_tokens() {
        const std::vector<uint32_t> ranks = ranks_of(vocabulary_.scores);
        for (TokenId id = 0; id < vocabulary_.size(); ++id) {
            const std::string_view token = vocabulary_.tokens.at(id);
            if (!can_be_scored(id) || token.size() > kMaxScoredToken) continue;
            if (vocabulary_.tokens.find(token) != id) continue; // a second token of this text
            const uint32_t rank = ranks.empty() ? 0 : ranks[static_cast<size_t>(id)];
            for (size_t at = utf8_step(token, 0).length; at < token.size(); at += utf8_step(token, at).length)
                add_scored_split(token.substr(0, at), token.substr(at), rank, id);
        }
    }

    void finish() {
        for (int32_t symbol = vocabulary_.size(); symbol < symbols_.size(); ++symbol)
            bpe_.expansions_.push_back(expand(symbols_.text(symbol)));
        for (TokenId id = 0; id < vocabulary_.size(); ++id)
            if (vocabulary_.is_ordinary(id)) bpe_.words_.add(vocabulary_.tokens.at(id), id);
        bpe_.words_.finish(WordTable::State::unseen);
    }

 private:
    void add_character(std::string_view text, int32_t symbol) {
        if (!is_one_character(text)) return;
        const char32_t c = first_character(text);
        if (c < bpe_.ascii_.size()) {
            if (bpe_.ascii_[c] < 0) bpe_.ascii_[c] = symbol;
        } else {
            bpe_.characters_.add(0, static_cast<int32_t>(c), 0, symbol);
        }
    }

    void add_merge(int32_t left, int32_t right, uint32_t rank, int32_t symbol) {
        bpe_.merges_.add(left, right, rank, symbol);
        for (const int32_t side : {left, right})
            if (side < vocabulary_.size() && !vocabulary_.is_ordinary(side)) bpe_.joins_unknown_ = true;
        bpe_.joins_.add(static_cast<int32_t>(last_character(symbols_.text(left))),
                        static_cast<int32_t>(first_character(symbols_.text(right))), 0, 0);
    }

    void add_scored_split(std::string_view left_text, std::string_view right_text, uint32_t rank,
                          int32_t symbol) {
        const int32_t left = scored_side(left_text), right = scored_side(right_text);
        if (left >= 0 && right >= 0) add_merge(left, right, rank, symbol);
    }

    bool can_be_scored(TokenId id) const {
        return vocabulary_.is_ordinary(id) && vocabulary_.kind(id) != TokenKind::user_defined;
    }

    // A side of a merge is a token or one character.
    int32_t scored_side(std::string_view text) {
        const TokenId id = vocabulary_.tokens.find(text);
        if (id >= 0 && can_be_scored(id)) return id;
        if (id >= 0 || !is_one_character(text)) return -1;
        const int32_t symbol = symbols_.intern(text);
        add_character(text, symbol);
        return symbol;
    }

    // Tokens for a string that is none: its characters' tokens, or their bytes'.
    std::vector<TokenId> expand(std::string_view text) const {
        std::vector<TokenId> ids;
        for (size_t at = 0; at < text.size();) {
            const size_t length = utf8_step(text, at).length;
            const std::string_view character = text.substr(at, length);
            const TokenId id = vocabulary_.tokens.find(character);
            if (id >= 0 && vocabulary_.is_ordinary(id)) {
                ids.push_back(id);
            } else if (!bpe_.options_.byte_tokens.empty()) {
                for (const char byte : character)
                    ids.push_back(bpe_.options_.byte_tokens[static_cast<uint8_t>(byte)]);
            } else if (bpe_.options_.unknown >= 0) {
                ids.push_back(bpe_.options_.unknown);
            }
            at += length;
        }
        return ids;
    }

    CharBpe& bpe_;
    const Vocabulary& vocabulary_;
    SymbolTable symbols_;
};

CharBpe::CharBpe(const Vocabulary& vocabulary, CharBpeOptions options)
    : options_(std::move(options)), tokens_(vocabulary.size()) {
    // With bytes nothing is unknown; a file whose unknown token is one of them must not have it fused.
    if (!options_.byte_tokens.empty()) options_.fuse_unknown = false;
}

std::unique_ptr<CharBpe> CharBpe::from_rules(const Vocabulary& vocabulary,
                                             const std::vector<MergeRule>& rules, CharBpeOptions options) {
    std::unique_ptr<CharBpe> bpe(new CharBpe(vocabulary, std::move(options)));
    Builder builder(*bpe, vocabulary);
    builder.add_rules(rules);
    builder.finish();
    return bpe;
}

std::unique_ptr<CharBpe> CharBpe::from_scores(const Vocabulary& vocabulary, CharBpeOptions options) {
    std::unique_ptr<CharBpe> bpe(new CharBpe(vocabulary, std::move(options)));
    Builder builder(*bpe, vocabulary);
    builder.add_scored_tokens();
    builder.finish();
    for (TokenId id = 0; id < vocabulary.size(); ++id)
        if (vocabulary.kind(id) == TokenKind::user_defined)
            bpe->user_defined_.add(vocabulary.tokens.at(id), id);
    return bpe;
}

// Collects ids; knows when the last one stands for unknown characters, so that they fuse across chunks.
struct CharBpe::Output {
    std::vector<TokenId>& ids;
    bool after_unknown = false;
};

bool CharBpe::may_join(char32_t left, char32_t right) const {
    return joins_unknown_ || joins_.find(static_cast<int32_t>(left), static_cast<int32_t>(right)).symbol >= 0;
}

size_t CharBpe::user_defined_at(std::string_view rest, TokenId& id) const {
    size_t longest = 0;
    int32_t node = ByteTrie::kRoot;
    for (size_t i = 0; i < rest.size(); ++i) {
        node = user_defined_.step(node, static_cast<uint8_t>(rest[i]));
        if (node == ByteTrie::kNone) break;
        if (user_defined_.value(node) < 0) continue;
        longest = i + 1;
        id = user_defined_.value(node);
    }
    return longest;
}

void CharBpe::encode(std::string_view piece, std::vector<TokenId>& out, Scratch& scratch) const {
    // A piece that is a token goes by that token before anything is cut.
    if (options_.ignore_merges && words_.find(piece) >= 0) {
        out.push_back(words_.id(words_.find(piece)));
        return;
    }
    // Characters that are left out leave their neighbours next to each other.
    if (!options_.byte_tokens.empty() || options_.unknown >= 0) return encode_kept(piece, out, scratch);
    std::string kept;
    for (size_t at = 0; at < piece.size();) {
        const Utf8Step step = utf8_step(piece, at);
        if (step.valid && symbol_of(step.code_point) >= 0) kept.append(piece, at, step.length);
        at += step.length;
    }
    encode_kept(kept, out, scratch);
}

void CharBpe::encode_kept(std::string_view piece, std::vector<TokenId>& out, Scratch& scratch) const {
    Output output{out};
    size_t begin = 0, at = 0;
    char32_t previous = 0;
    const auto flush = [&] {
        if (begin < at) encode_chunk(piece.substr(begin, at - begin), output, scratch);
        begin = at;
    };
    while (at < piece.size()) {
        TokenId id = -1;
        if (const size_t length = user_defined_at(piece.substr(at), id); length > 0) {
            flush();
            out.push_back(id);
            output.after_unknown = false;
            begin = at += length;
            continue;
        }
        const Utf8Step step = utf8_step(piece, at);
        if (at > begin && !may_join(previous, step.code_point)) flush();
        previous = step.code_point;
        at += step.length;
    }
    flush();
}

void CharBpe::add_unknown(std::string_view character, Scratch& scratch) const {
    std::vector<int32_t>& symbols = scratch.symbols;
    if (!options_.byte_tokens.empty()) {
        for (const char byte : character)
            symbols.push_back(options_.byte_tokens[static_cast<uint8_t>(byte)]);
        return;
    }
    if (options_.unknown < 0) return;
    const bool fused = options_.fuse_unknown && !symbols.empty() && symbols.back() == options_.unknown;
    if (!fused) symbols.push_back(options_.unknown);
}

void CharBpe::encode_chunk(std::string_view chunk, Output& output, Scratch& scratch) const {
    const int32_t word = words_.find(chunk);
    const bool ordinary_merge = !options_.ignore_merges;
    if (word >= 0 && ordinary_merge && words_.state(word) == WordTable::State::whole) {
        output.ids.push_back(words_.id(word));
        output.after_unknown = false;
        return;
    }
    std::vector<int32_t>& symbols = scratch.symbols;
    symbols.clear();
    for (size_t at = 0; at < chunk.size();) {
        const Utf8Step step = utf8_step(chunk, at);
        const int32_t symbol = step.valid ? symbol_of(step.code_point) : -1;
        if (symbol >= 0)
            symbols.push_back(symbol);
        else
            add_unknown(chunk.substr(at, step.length), scratch);
        at += step.length;
    }
    merges_.merge(symbols);
    if (word >= 0 && ordinary_merge && words_.state(word) == WordTable::State::unseen)
        words_.learn(word, symbols.size() == 1 && symbols[0] == words_.id(word) ? WordTable::State::whole
                                                                                : WordTable::State::in_parts);
    for (const int32_t symbol : symbols) {
        const bool unknown = options_.fuse_unknown && symbol == options_.unknown;
        if (symbol >= tokens_) {
            const auto& expansion = expansions_[static_cast<size_t>(symbol - tokens_)];
            output.ids.insert(output.ids.end(), expansion.begin(), expansion.end());
        } else if (!(unknown && output.after_unknown)) {
            output.ids.push_back(symbol);
        }
        output.after_unknown = unknown;
    }
}

} // namespace engine::text
