// Building byte-level BPE from a vocabulary in the byte alphabet.
#include "engine/text/byte_bpe.h"

#include <string>

#include "engine/text/byte_alphabet.h"
#include "engine/text/symbols.h"

namespace engine::text {

std::vector<MergeRule> rules_from_ranks(const Vocabulary& vocabulary) {
    constexpr size_t kMaxToken = 1024; // longer ones would cost their square in look-ups
    std::vector<MergeRule> rules;
    for (TokenId id = 0; id < vocabulary.size(); ++id) {
        const std::string_view token = vocabulary.tokens.at(id);
        if (vocabulary.kind(id) != TokenKind::normal || token.size() > kMaxToken) continue;
        for (size_t at = 0; at < token.size(); at += utf8_step(token, at).length) {
            if (at == 0) continue;
            const TokenId left = vocabulary.tokens.find(token.substr(0, at));
            const TokenId right = vocabulary.tokens.find(token.substr(at));
            if (left < 0 || right < 0 || vocabulary.kind(left) != TokenKind::normal ||
                vocabulary.kind(right) != TokenKind::normal)
                continue;
            rules.push_back({token.substr(0, at), token.substr(at), static_cast<uint32_t>(id)});
        }
    }
    return rules;
}

std::unique_ptr<ByteBpe> ByteBpe::build(const Vocabulary& vocabulary, const std::vector<MergeRule>& rules,
                                        bool ignore_merges) {
    std::unique_ptr<ByteBpe> bpe(new ByteBpe());
    for (size_t byte = 0; byte < 256; ++byte) {
        std::string character;
        append_utf8(character, character_for_byte(static_cast<uint8_t>(byte)));
        bpe->byte_tokens_[byte] = vocabulary.tokens.find(character);
        if (bpe->byte_tokens_[byte] < 0) return nullptr;
    }
    SymbolTable symbols(vocabulary);
    bpe->tokens_ = vocabulary.size();
    bpe->merges_.reserve(rules.size());
    std::string both;
    for (const MergeRule& rule : rules) {
        both.assign(rule.left).append(rule.right);
        bpe->merges_.add(symbols.intern(rule.left), symbols.intern(rule.right), rule.rank,
                         symbols.intern(both));
    }
    std::string bytes;
    for (int32_t symbol = vocabulary.size(); symbol < symbols.size(); ++symbol) {
        std::vector<TokenId> expansion;
        if (from_byte_alphabet(symbols.text(symbol), bytes))
            for (const char byte : bytes)
                expansion.push_back(bpe->byte_tokens_[static_cast<uint8_t>(byte)]);
        bpe->expansions_.push_back(std::move(expansion));
    }
    for (TokenId id = 0; id < vocabulary.size(); ++id)
        if (vocabulary.is_ordinary(id) && from_byte_alphabet(vocabulary.tokens.at(id), bytes))
            bpe->words_.add(bytes, id);
    bpe->words_.finish(ignore_merges ? WordTable::State::whole : WordTable::State::unseen);
    return bpe;
}

void ByteBpe::append(int32_t symbol, std::vector<TokenId>& out) const {
    if (symbol < tokens_) {
        out.push_back(symbol);
        return;
    }
    const auto& expansion = expansions_[static_cast<size_t>(symbol - tokens_)];
    out.insert(out.end(), expansion.begin(), expansion.end());
}

void ByteBpe::encode(std::string_view piece, std::vector<TokenId>& out, Scratch& scratch) const {
    const int32_t word = words_.find(piece);
    if (word >= 0 && words_.state(word) == WordTable::State::whole) {
        out.push_back(words_.id(word));
        return;
    }
    std::vector<int32_t>& symbols = scratch.symbols;
    symbols.clear();
    for (const char byte : piece)
        symbols.push_back(byte_tokens_[static_cast<uint8_t>(byte)]);
    merges_.merge(symbols);
    if (word >= 0 && words_.state(word) == WordTable::State::unseen)
        words_.learn(word, symbols.size() == 1 && symbols[0] == words_.id(word) ? WordTable::State::whole
                                                                                : WordTable::State::in_parts);
    for (const int32_t symbol : symbols)
        append(symbol, out);
}

} // namespace engine::text
