// Finding added tokens; rules for white space and words are those of Hugging Face's AddedVocabulary.
#include "engine/text/added_tokens.h"

#include <utf8proc.h>

#include <algorithm>

#include "engine/text/utf8.h"

namespace engine::text {
namespace {

bool is_space(char32_t c) {
    return (c >= 9 && c <= 13) || c == ' ' || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
           c == 0x3000;
}

// \w of Rust's regex: letters, marks, decimal digits, what is alphabetic besides, connectors and joiners.
bool is_word(char32_t c) {
    switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
        case UTF8PROC_CATEGORY_LU:
        case UTF8PROC_CATEGORY_LL:
        case UTF8PROC_CATEGORY_LT:
        case UTF8PROC_CATEGORY_LM:
        case UTF8PROC_CATEGORY_LO:
        case UTF8PROC_CATEGORY_MN:
        case UTF8PROC_CATEGORY_MC:
        case UTF8PROC_CATEGORY_ME:
        case UTF8PROC_CATEGORY_ND:
        case UTF8PROC_CATEGORY_NL:
        case UTF8PROC_CATEGORY_PC:
            return true;
        default:
            return c == 0x200C || c == 0x200D || (c >= 0x24B6 && c <= 0x24E9) ||
                   (c >= 0x1F130 && c <= 0x1F149) || (c >= 0x1F150 && c <= 0x1F169) ||
                   (c >= 0x1F170 && c <= 0x1F189);
    }
}

// The character that ends at `end`; end > 0.
Utf8Step step_before(std::string_view text, size_t end) {
    size_t begin = end - 1;
    while (begin > 0 && end - begin < 4 && (static_cast<uint8_t>(text[begin]) & 0xC0u) == 0x80)
        --begin;
    const Utf8Step step = utf8_step(text.substr(0, end), begin);
    return begin + step.length == end ? step : Utf8Step{};
}

bool stands_alone(std::string_view text, size_t begin, size_t end) {
    const bool word_before = begin > 0 && is_word(step_before(text, begin).code_point);
    const bool word_after = end < text.size() && is_word(utf8_step(text, end).code_point);
    return !word_before && !word_after;
}

} // namespace

TrustedRanges TrustedRanges::all() {
    TrustedRanges ranges;
    ranges.all_ = true;
    return ranges;
}

void TrustedRanges::add(size_t begin, size_t end) {
    if (begin == end) return;
    if (!ranges_.empty() && ranges_.back().end == begin)
        ranges_.back().end = end;
    else
        ranges_.push_back({begin, end});
}

bool TrustedRanges::contains(size_t begin, size_t end) const {
    if (all_) return true;
    const auto after = std::upper_bound(ranges_.begin(), ranges_.end(), begin,
                                        [](size_t at, const Range& range) { return at < range.begin; });
    return after != ranges_.begin() && end <= std::prev(after)->end;
}

void AddedTokens::add(AddedToken token) {
    if (token.text.empty()) return;
    trie_.add(token.text, static_cast<int32_t>(tokens_.size()));
    starts_[static_cast<uint8_t>(token.text[0])] = true;
    tokens_.push_back(std::move(token));
}

const AddedToken* AddedTokens::longest_at(std::string_view text, size_t at,
                                          const TrustedRanges& trusted) const {
    const AddedToken* longest = nullptr;
    int32_t node = ByteTrie::kRoot;
    for (size_t end = at; end < text.size();) {
        node = trie_.step(node, static_cast<uint8_t>(text[end]));
        if (node == ByteTrie::kNone) break;
        ++end;
        const int32_t index = trie_.value(node);
        if (index < 0) continue;
        const AddedToken& token = tokens_[static_cast<size_t>(index)];
        if (!token.control || trusted.contains(at, end)) longest = &token;
    }
    return longest;
}

void AddedTokens::split(std::string_view text, const TrustedRanges& trusted,
                        const std::function<void(Part)>& sink) const {
    size_t done = 0;
    for (size_t at = 0; at < text.size();) {
        if (!starts_[static_cast<uint8_t>(text[at])]) {
            ++at;
            continue;
        }
        const AddedToken* token = longest_at(text, at, trusted);
        if (token == nullptr) {
            ++at;
            continue;
        }
        size_t begin = at, end = at + token->text.size();
        at = end;
        if (token->single_word && !stands_alone(text, begin, end)) continue;
        while (token->lstrip && begin > done) {
            const Utf8Step step = step_before(text, begin);
            if (!step.valid || !is_space(step.code_point)) break;
            begin -= step.length;
        }
        while (token->rstrip && end < text.size() && is_space(utf8_step(text, end).code_point))
            end += utf8_step(text, end).length;
        if (done < begin) sink({done, begin, -1});
        sink({begin, end, token->id});
        done = at = end;
    }
    if (done < text.size()) sink({done, text.size(), -1});
}

} // namespace engine::text
