// AddedTokens: tokens that are recognised in the text itself, before anything else looks at it.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/text/byte_trie.h"
#include "engine/text/tokenizer.h"

namespace engine::text {

struct AddedToken {
    TokenId id = -1;
    std::string text;
    bool control = false;     // recognised in trusted text only
    bool single_word = false; // not between two word characters
    bool lstrip = false;      // takes in the white space before it
    bool rstrip = false;      // and after it
    bool normalized = false;  // looked for in normalised text
};

// Where control tokens are recognised: byte ranges in order, apart from each other.
class TrustedRanges {
 public:
    static TrustedRanges all();
    static TrustedRanges none() { return {}; }
    void add(size_t begin, size_t end); // joins with the last range when it begins where that ends

    bool contains(size_t begin, size_t end) const;
    bool is_all() const { return all_; }
    bool is_none() const { return !all_ && ranges_.empty(); }

 private:
    struct Range {
        size_t begin, end;
    };
    bool all_ = false;
    std::vector<Range> ranges_;
};

class AddedTokens {
 public:
    void add(AddedToken token);
    bool empty() const { return trie_.empty(); }

    // Cuts `text` into tokens and the stretches between them (never empty), in order: at each place the
    // longest token that is allowed there.
    struct Part {
        size_t begin = 0, end = 0;
        TokenId id = -1; // -1: a stretch of text
    };
    void split(std::string_view text, const TrustedRanges& trusted,
               const std::function<void(Part)>& sink) const;

 private:
    const AddedToken* longest_at(std::string_view text, size_t at, const TrustedRanges& trusted) const;

    std::vector<AddedToken> tokens_;
    ByteTrie trie_; // text -> index in tokens_
    std::array<bool, 256> starts_{};
};

} // namespace engine::text
