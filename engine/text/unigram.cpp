// Viterbi search over a trie of tokens.
#include "engine/text/unigram.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "engine/text/utf8.h"

namespace engine::text {
namespace {

constexpr double kUnknownPenalty = 10; // below the least likely token

} // namespace

Unigram::Unigram(const Vocabulary& vocabulary, TokenId unknown, std::vector<TokenId> byte_tokens, Sums sums)
    : sums_(sums), unknown_(unknown), byte_tokens_(std::move(byte_tokens)) {
    double least = std::numeric_limits<double>::max(), most = std::numeric_limits<double>::lowest();
    scores_.resize(static_cast<size_t>(vocabulary.size()));
    for (TokenId id = 0; id < vocabulary.size(); ++id) {
        const double score = vocabulary.scores.empty() ? 0 : vocabulary.scores[static_cast<size_t>(id)];
        scores_[static_cast<size_t>(id)] = score;
        if (vocabulary.kind(id) != TokenKind::normal) continue;
        trie_.add(vocabulary.tokens.at(id), id);
        least = std::min(least, score);
        most = std::max(most, score);
    }
    if (least > most) least = most = 0;
    unknown_score_ = least - kUnknownPenalty;
    // sentencepiece's bonus, with which a user-defined token beats any other way through its text.
    for (TokenId id = 0; id < vocabulary.size(); ++id) {
        if (vocabulary.kind(id) != TokenKind::user_defined) continue;
        const auto length = static_cast<double>(vocabulary.tokens.at(id).size());
        scores_[static_cast<size_t>(id)] = length * most - 0.1;
        trie_.add(vocabulary.tokens.at(id), id);
    }
}

void Unigram::append_unknown(std::string_view text, std::vector<TokenId>& out) const {
    if (!byte_tokens_.empty()) {
        for (const char byte : text)
            out.push_back(byte_tokens_[static_cast<uint8_t>(byte)]);
    } else if (unknown_ >= 0) {
        out.push_back(unknown_);
    }
}

void Unigram::encode(std::string_view piece, std::vector<TokenId>& out, Scratch&) const {
    std::vector<Node> nodes(piece.size() + 1);
    const auto offer = [&](size_t end, Node node) {
        if (sums_ == Sums::single_precision) node.score = static_cast<double>(static_cast<float>(node.score));
        if (nodes[end].id == kUnreached || node.score > nodes[end].score) nodes[end] = node;
    };
    for (size_t at = 0; at < piece.size();) {
        const size_t length = utf8_step(piece, at).length;
        bool has_single = false;
        int32_t node = ByteTrie::kRoot;
        for (size_t end = at; end < piece.size();) {
            node = trie_.step(node, static_cast<uint8_t>(piece[end]));
            if (node == ByteTrie::kNone) break;
            ++end;
            const TokenId id = trie_.value(node);
            if (id < 0) continue;
            offer(end, {nodes[at].score + scores_[static_cast<size_t>(id)], at, id});
            has_single = has_single || end - at == length;
        }
        if (!has_single) offer(at + length, {nodes[at].score + unknown_score_, at, kUnknown});
        at += length;
    }
    std::vector<std::pair<size_t, TokenId>> path; // begin and id, last first; neighbouring unknowns as one
    for (size_t end = piece.size(); end > 0; end = nodes[end].begin) {
        const Node& node = nodes[end];
        if (node.id == kUnknown && !path.empty() && path.back().second == kUnknown)
            path.back().first = node.begin;
        else
            path.emplace_back(node.begin, node.id);
    }
    for (size_t i = path.size(); i-- > 0;) {
        const size_t end = i == 0 ? piece.size() : path[i - 1].first;
        if (path[i].second == kUnknown)
            append_unknown(piece.substr(path[i].first, end - path[i].first), out);
        else
            out.push_back(path[i].second);
    }
}

} // namespace engine::text
