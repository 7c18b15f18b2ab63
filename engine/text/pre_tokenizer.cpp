// The stages of pre-tokenization; each hands on its parts without storing them.
#include "engine/text/pre_tokenizer.h"

#include <algorithm>
#include <utility>

#include "engine/text/byte_alphabet.h"
#include "engine/text/raw_bytes.h"
#include "engine/text/regex_class.h"
#include "engine/text/unicode_additions.h"
#include "engine/text/utf8.h"

namespace engine::text {
namespace {

// Receives alternating gaps and matches and applies a behaviour; parts go on as soon as nothing can join them
// any more.
class Splitter {
 public:
    Splitter(Piece piece, SplitBehavior behavior, bool inverted, const PieceSink& next)
        : piece_(piece), behavior_(behavior), inverted_(inverted), next_(next) {}

    void part(size_t begin, size_t end, bool is_match) {
        is_match = is_match != inverted_;
        switch (behavior_) {
            case SplitBehavior::isolated:
                emit(begin, end);
                break;
            case SplitBehavior::removed:
                if (!is_match) emit(begin, end);
                break;
            case SplitBehavior::contiguous:
                join(begin, end, is_match == previous_);
                break;
            case SplitBehavior::merged_with_previous:
                join(begin, end, is_match && !previous_);
                break;
            case SplitBehavior::merged_with_next:
                // Read from the right: a match takes in what follows it, unless that is a match itself.
                join(begin, end, previous_ && !is_match);
                break;
        }
        previous_ = is_match;
    }

    void finish() {
        if (held_) emit(held_begin_, held_end_);
    }

 private:
    void join(size_t begin, size_t end, bool with_held) {
        if (held_ && with_held) {
            held_end_ = end;
            return;
        }
        if (held_) emit(held_begin_, held_end_);
        held_ = true;
        held_begin_ = begin;
        held_end_ = end;
    }

    void emit(size_t begin, size_t end) const {
        if (begin < end) next_(piece_.part(begin, end));
    }

    Piece piece_;
    SplitBehavior behavior_;
    bool inverted_;
    const PieceSink& next_;
    bool previous_ = false;
    bool held_ = false;
    size_t held_begin_ = 0, held_end_ = 0;
};

// Calls found(begin, end) for every match in the way Oniguruma's iteration finds them: an empty match right
// after a match does not count.
template <typename Found>
void each_match(std::string_view text, Matcher& matcher, Found&& found) {
    size_t from = 0, last_end = SIZE_MAX;
    while (from <= text.size()) {
        const Matcher::Match match = matcher.find(text, from);
        if (!match.found) return;
        if (match.begin == match.end && match.end == last_end) {
            if (from >= text.size()) return;
            from += utf8_step(text, from).length;
            continue;
        }
        found(match.begin, match.end);
        from = last_end = match.end;
    }
}

std::string_view name_of(SplitBehavior behavior) {
    constexpr std::string_view kNames[] = {"removed", "isolated", "merged_with_previous", "merged_with_next",
                                           "contiguous"};
    return kNames[static_cast<size_t>(behavior)];
}

class Split : public PreTokenizerStage {
 public:
    Split(Regex regex, SplitBehavior behavior, bool inverted, std::string description)
        : regex_(std::move(regex)),
          behavior_(behavior),
          inverted_(inverted),
          description_(std::move(description)) {}

    void run(Piece piece, Matcher* matcher, const PieceSink& next) const override {
        Splitter splitter(piece, behavior_, inverted_, next);
        size_t at = 0;
        each_match(piece.text, *matcher, [&](size_t begin, size_t end) {
            if (at < begin) splitter.part(at, begin, false);
            splitter.part(begin, end, true);
            at = end;
        });
        if (at < piece.text.size()) splitter.part(at, piece.text.size(), false);
        splitter.finish();
    }

    const Regex* regex() const override { return &regex_; }
    std::string description() const override { return description_; }

 private:
    Regex regex_;
    SplitBehavior behavior_;
    bool inverted_;
    std::string description_;
};

// Numbers in groups of three, counted from the right; the first group may be shorter.
class DigitGroups : public PreTokenizerStage {
 public:
    // `runs` matches whole numbers. `cuts_only`: the first short group stays with what stands before it.
    DigitGroups(Regex runs, bool cuts_only, std::string description)
        : runs_(std::move(runs)), cuts_only_(cuts_only), description_(std::move(description)) {}

    void run(Piece piece, Matcher* matcher, const PieceSink& next) const override {
        size_t at = 0;
        const auto cut = [&](size_t end) {
            if (at < end) next(piece.part(at, end));
            at = end;
        };
        each_match(piece.text, *matcher, [&](size_t begin, size_t end) {
            size_t left = 0; // digits up to `end`
            for (size_t i = begin; i < end; i += utf8_step(piece.text, i).length)
                ++left;
            if (!cuts_only_) cut(begin);
            for (size_t i = begin; i < end; i += utf8_step(piece.text, i).length, --left)
                if (left % 3 == 0) cut(i);
            if (!cuts_only_) cut(end);
        });
        cut(piece.text.size());
    }

    const Regex* regex() const override { return &runs_; }
    std::string description() const override { return description_; }

 private:
    Regex runs_;
    bool cuts_only_;
    std::string description_;
};

class PrefixSpace : public PreTokenizerStage {
 public:
    void run(Piece piece, Matcher*, const PieceSink& next) const override {
        if (piece.text.starts_with(' ')) return next(piece);
        const std::string text = " " + std::string(piece.text);
        next(piece.with(text));
    }
    std::string description() const override { return "prefix space"; }
};

class Metaspace : public PreTokenizerStage {
 public:
    Metaspace(std::string replacement, Prepend prepend, bool split)
        : replacement_(std::move(replacement)), prepend_(prepend), split_(split) {}

    void run(Piece piece, Matcher*, const PieceSink& next) const override {
        std::string text;
        text.reserve(piece.text.size() + piece.text.size() / 2 + replacement_.size());
        const bool wanted = prepend_ == Prepend::always || (prepend_ == Prepend::first && piece.first);
        if (wanted && !piece.text.starts_with(' ') && !piece.text.starts_with(replacement_))
            text += replacement_;
        for (const char c : piece.text)
            c == ' ' ? text += replacement_ : text += c;
        const Piece whole = piece.with(text);
        if (!split_) return next(whole);
        for (size_t begin = 0; begin < text.size();) {
            const size_t end = std::min(text.find(replacement_, begin + 1), text.size());
            next(whole.part(begin, end));
            begin = end;
        }
    }
    std::string description() const override {
        return "metaspace " + replacement_ + std::to_string(static_cast<int>(prepend_)) +
               (split_ ? " split" : "");
    }

 private:
    std::string replacement_;
    Prepend prepend_;
    bool split_;
};

class ByteMapping : public PreTokenizerStage {
 public:
    void run(Piece piece, Matcher*, const PieceSink& next) const override {
        const std::string text = to_byte_alphabet(restore_raw_bytes(piece.text, piece.raw_block));
        next({text, piece.first, 0});
    }
    std::string description() const override { return "bytes"; }
};

// Patterns of this file are known to compile.
std::unique_ptr<PreTokenizerStage> make_own(const std::string& pattern, SplitBehavior behavior, bool inverted,
                                            std::string description) {
    return std::make_unique<Split>(Regex::compile_pcre2(pattern).value(), behavior, inverted,
                                   std::move(description));
}

} // namespace

std::string describe_split(std::string_view pattern, SplitBehavior behavior, bool inverted) {
    // Some files have line breaks in their patterns where others have escapes.
    std::string text;
    for (const char c : pattern)
        c == '\r' ? text += "\\r" : c == '\n' ? text += "\\n" : text += c;
    return "split " + text + " " + std::string(name_of(behavior)) + (inverted ? " inverted" : "");
}

std::string describe_digits(bool individual) {
    return individual ? "single digits" : "digit runs";
}

std::string describe_punctuation(SplitBehavior behavior) {
    return "punctuation " + std::string(name_of(behavior));
}

Result<std::unique_ptr<PreTokenizerStage>> make_split(std::string_view pattern, SplitBehavior behavior,
                                                      bool inverted) {
    const std::string description = describe_split(pattern, behavior, inverted);
    if (behavior == SplitBehavior::isolated && !inverted) {
        const std::string_view runs = pattern == kDigitsByThrees    ? R"((?<!\d)\d++(?!\w))"
                                      : pattern == kDigitsFromRight ? R"(\d++)"
                                      : pattern == kNumbersByThrees ? R"(\p{N}++)"
                                                                    : "";
        if (!runs.empty()) {
            ENGINE_ASSIGN(Regex regex, Regex::compile(runs));
            return std::unique_ptr<PreTokenizerStage>(
                std::make_unique<DigitGroups>(std::move(regex), pattern == kDigitsFromRight, description));
        }
    }
    // From each place inside a long run of spaces that something follows this would look at the rest of the
    // run again; only a run's first space can begin the leftmost match.
    const std::string_view same_but_linear = pattern == R"(\s+$)" ? R"((?<!\s)\s+$)" : pattern;
    ENGINE_ASSIGN(Regex regex, Regex::compile(same_but_linear));
    return std::unique_ptr<PreTokenizerStage>(
        std::make_unique<Split>(std::move(regex), behavior, inverted, description));
}

Result<std::unique_ptr<PreTokenizerStage>> make_literal_split(std::string_view literal,
                                                              SplitBehavior behavior, bool inverted) {
    if (literal.empty() || !is_utf8(literal))
        return Error{ErrorCode::unsupported, "splitting at an empty text", {}};
    std::string pattern;
    for (size_t at = 0; at < literal.size();) {
        const Utf8Step step = utf8_step(literal, at);
        pattern += quote(step.code_point);
        at += step.length;
    }
    ENGINE_ASSIGN(Regex regex, Regex::compile_pcre2(pattern));
    return std::unique_ptr<PreTokenizerStage>(std::make_unique<Split>(
        std::move(regex), behavior, inverted, "literal " + describe_split(literal, behavior, inverted)));
}

std::unique_ptr<PreTokenizerStage> make_digits(bool individual) {
    return make_own(digit_pattern(), individual ? SplitBehavior::isolated : SplitBehavior::contiguous, false,
                    describe_digits(individual));
}

std::unique_ptr<PreTokenizerStage> make_punctuation(SplitBehavior behavior) {
    return make_own(punctuation_pattern(), behavior, false, describe_punctuation(behavior));
}

std::unique_ptr<PreTokenizerStage> make_whitespace() {
    // Hugging Face compiles this one with Rust's regex, whose words have joiners and no Latin-1 digits.
    const std::string word = word_members(true) + R"(\x{200C}\x{200D})";
    return make_own("[" + word + "]+|[^" + word + R"(\t-\r \x{85}\p{Z}]+)", SplitBehavior::removed, true,
                    "whitespace");
}

std::unique_ptr<PreTokenizerStage> make_whitespace_split() {
    return make_own(R"([\t-\r \x{85}\p{Z}])", SplitBehavior::removed, false, "whitespace split");
}

std::unique_ptr<PreTokenizerStage> make_prefix_space() {
    return std::make_unique<PrefixSpace>();
}

std::unique_ptr<PreTokenizerStage> make_metaspace(std::string replacement, Prepend prepend, bool split) {
    return std::make_unique<Metaspace>(std::move(replacement), prepend, split);
}

std::unique_ptr<PreTokenizerStage> make_byte_mapping() {
    return std::make_unique<ByteMapping>();
}

std::string PreTokenizer::description() const {
    std::string all;
    for (const auto& stage : stages_)
        all += stage->description() + "\n";
    return all;
}

PreTokenizer::Scratch PreTokenizer::scratch() const {
    Scratch scratch;
    for (const auto& stage : stages_)
        scratch.matchers.push_back(stage->regex() == nullptr ? nullptr
                                                             : std::make_unique<Matcher>(*stage->regex()));
    return scratch;
}

void PreTokenizer::run(Piece piece, Scratch& scratch, const PieceSink& sink) const {
    if (piece.text.empty()) return;
    if (stages_.empty()) return sink(piece);
    // From the last stage to the first: each one's sink runs the next.
    std::vector<PieceSink> sinks(stages_.size());
    for (size_t i = stages_.size(); i-- > 1;) {
        const PieceSink& next = i + 1 < stages_.size() ? sinks[i] : sink;
        sinks[i - 1] = [stage = stages_[i].get(), matcher = scratch.matchers[i].get(), &next](Piece part) {
            if (!part.text.empty()) stage->run(part, matcher, next);
        };
    }
    stages_[0]->run(piece, scratch.matchers[0].get(), stages_.size() > 1 ? sinks[0] : sink);
}

} // namespace engine::text
