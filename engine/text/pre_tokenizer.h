// PreTokenizer: cuts text into the pieces that a subword model sees one by one.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/text/regex.h"

namespace engine::text {

// What happens to the matches of a splitting stage (names and meanings of Hugging Face's `tokenizers`).
enum class SplitBehavior { removed, isolated, merged_with_previous, merged_with_next, contiguous };

// One piece on its way. `first`: it begins where the whole text begins.
struct Piece {
    std::string_view text;
    bool first = false;
    char32_t raw_block = 0; // characters that stand for raw bytes, see raw_bytes.h

    Piece part(size_t begin, size_t end) const {
        return {text.substr(begin, end - begin), first && begin == 0, raw_block};
    }
    Piece with(std::string_view other) const { return {other, first, raw_block}; }
};
using PieceSink = std::function<void(Piece)>;

class PreTokenizerStage {
 public:
    virtual ~PreTokenizerStage() = default;
    // Hands the parts of `piece` to `next`, in order; empty parts may be left out. `matcher` is this stage's
    // own, made by its matcher(), null when that is null.
    virtual void run(Piece piece, Matcher* matcher, const PieceSink& next) const = 0;
    virtual const Regex* regex() const { return nullptr; }
    // Equal descriptions are equal stages.
    virtual std::string description() const = 0;
};

// Matches of a pattern, kept, dropped or joined to their neighbours. `inverted`: what lies between the
// matches counts as match.
Result<std::unique_ptr<PreTokenizerStage>> make_split(std::string_view pattern, SplitBehavior behavior,
                                                      bool inverted);
Result<std::unique_ptr<PreTokenizerStage>> make_literal_split(std::string_view literal,
                                                              SplitBehavior behavior, bool inverted);
std::unique_ptr<PreTokenizerStage> make_digits(bool individual);
std::unique_ptr<PreTokenizerStage> make_punctuation(SplitBehavior behavior);
std::unique_ptr<PreTokenizerStage> make_whitespace();       // words and runs of symbols; spaces are dropped
std::unique_ptr<PreTokenizerStage> make_whitespace_split(); // spaces are dropped

// A space in front of a piece that has none.
std::unique_ptr<PreTokenizerStage> make_prefix_space();
// Spaces become `replacement`; where and whether one is put in front; whether to split before each.
enum class Prepend { always, first, never };
std::unique_ptr<PreTokenizerStage> make_metaspace(std::string replacement, Prepend prepend, bool split);
// Bytes become the characters that stand for them (byte_alphabet.h).
std::unique_ptr<PreTokenizerStage> make_byte_mapping();

// What description() of these stages gives.
std::string describe_split(std::string_view pattern, SplitBehavior behavior, bool inverted);
std::string describe_digits(bool individual);
std::string describe_punctuation(SplitBehavior behavior);

// Published patterns that group digits by threes from the right. They look ahead to the end of a number from
// each of its digits; make_split() does the same in linear time.
inline constexpr std::string_view kDigitsByThrees = R"(\d{1,3}(?=(?:\d{3})*\b))";
inline constexpr std::string_view kDigitsFromRight = R"((?=(\d{3})+(?!\d)))";
inline constexpr std::string_view kNumbersByThrees = R"(\p{N}{1,3}(?=(?:\p{N}{3})*(?!\p{N})))";

inline constexpr std::string_view kGpt2Pattern =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

class PreTokenizer {
 public:
    void add(std::unique_ptr<PreTokenizerStage> stage) { stages_.push_back(std::move(stage)); }
    bool empty() const { return stages_.empty(); }
    std::string description() const;

    // Matchers for one use, by one thread at a time.
    struct Scratch {
        std::vector<std::unique_ptr<Matcher>> matchers;
    };
    Scratch scratch() const;
    // Pieces go to `sink` as soon as they are known; never empty ones.
    void run(Piece piece, Scratch& scratch, const PieceSink& sink) const;

 private:
    std::vector<std::unique_ptr<PreTokenizerStage>> stages_;
};

} // namespace engine::text
