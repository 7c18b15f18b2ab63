// The rewriting of Oniguruma patterns, one atom at a time.
#include "engine/text/regex_translate.h"

#include <vector>

#include "engine/text/regex_class.h"
#include "engine/text/utf8.h"

namespace engine::text {
namespace {

constexpr size_t kMaxPattern = 64 << 10;
constexpr size_t kMaxOutput = 1 << 20;
constexpr size_t kMaxGroups = 64; // nested

// Letters that Oniguruma, and not PCRE2, takes for two or three when case is ignored: ß and ss, ﬁ and fi.
bool folds_to_several(char32_t c) {
    return c == 0xDF || c == 0x1E9E || c == 0x149 || c == 0x1F0 || c == 0x390 || c == 0x3B0 || c == 0x587 ||
           (c >= 0x1E96 && c <= 0x1E9A) || (c >= 0x1F50 && c <= 0x1FFC) || (c >= 0xFB00 && c <= 0xFB17);
}

bool is_folded_pair(char32_t first, char32_t second) {
    const auto lower = [](char32_t c) { return c >= 'A' && c <= 'Z' ? c + 32 : c == 0x17F ? U's' : c; };
    first = lower(first);
    second = lower(second);
    return (first == 's' && (second == 's' || second == 't')) ||
           (first == 'f' && (second == 'f' || second == 'i' || second == 'l'));
}

class Translator {
 public:
    explicit Translator(std::string_view pattern) : reader_{pattern} {}

    Result<std::string> run() {
        groups_.push_back({});
        while (!reader_.done()) {
            ENGINE_TRY(step());
            if (out_.size() > kMaxOutput) return reader_.error("too much in it");
        }
        if (groups_.size() != 1) return reader_.error("a group without an end");
        close_options();
        return std::move(out_);
    }

 private:
    struct Group {
        size_t begin = 0;     // in out_: where its '(' stands
        int open_options = 0; // groups opened by (?i) that end with this one
        bool quantifiable = true;
        bool caseless = false; // with (?i)
    };

    void push(size_t begin, bool quantifiable = true) {
        groups_.push_back({begin, 0, quantifiable, groups_.back().caseless});
    }

    Result<void> step() {
        const char c = reader_.peek();
        if (c == '*' || c == '+' || c == '?' || c == '{') return quantifier();
        if (c == '(') return open_group();
        if (c == ')') return close_group();
        if (c == '|') {
            ++reader_.at;
            out_ += '|';
            atom_ = kNone;
            return {};
        }
        begin_atom();
        if (reader_.take("[")) {
            ENGINE_ASSIGN(const std::string text, translate_class(reader_));
            out_ += text;
            return {};
        }
        if (reader_.take("\\")) return escape();
        if (reader_.take("^")) return assertion("(?m:^)");
        if (reader_.take("$")) return assertion("(?m:$)");
        if (reader_.take(".")) {
            out_ += '.';
            return {};
        }
        return literal(reader_.take_character());
    }

    Result<void> literal(char32_t c) {
        const bool neighbours = literal_end_ == out_.size();
        if (groups_.back().caseless &&
            (folds_to_several(c) || (neighbours && is_folded_pair(last_literal_, c))))
            return reader_.error("letters that are one and several letters without their case");
        out_ += quote(c);
        last_literal_ = c;
        literal_end_ = out_.size();
        return {};
    }

    void begin_atom() { atom_ = out_.size(); }

    Result<void> assertion(std::string_view text) {
        out_ += text;
        atom_ = kNone;
        return {};
    }

    Result<void> escape() {
        if (reader_.done()) return reader_.error("a backslash at its end");
        const char letter = reader_.peek();
        const std::string word = "[" + word_members(false) + "]";
        if (letter == 'w' || letter == 'W') {
            ++reader_.at;
            out_ += letter == 'w' ? word : "[^" + word_members(false) + "]";
            return {};
        }
        ENGINE_ASSIGN(const Escape escape, read_escape(reader_));
        if (escape.kind == Escape::Kind::character) {
            out_ += quote(escape.character);
            return {};
        }
        if (escape.kind == Escape::Kind::set) {
            out_ += (escape.negated ? "[^" : "[") + escape.members + "]";
            return {};
        }
        ++reader_.at;
        const std::string edge = "(?<=" + word + ")(?!" + word + ")|(?<!" + word + ")(?=" + word + ")";
        const std::string inner = "(?<=" + word + ")(?=" + word + ")|(?<!" + word + ")(?!" + word + ")";
        if (letter == 'b') return assertion("(?:" + edge + ")");
        if (letter == 'B') return assertion("(?:" + inner + ")");
        if (letter == 'A') return assertion("\\A");
        if (letter == 'z') return assertion("\\z");
        if (letter == 'Z') return assertion("(?=\\n?\\z)");
        if (letter == 'R') {
            out_ += "\\R";
            return {};
        }
        if (letter >= '1' && letter <= '9' && !(reader_.peek() >= '0' && reader_.peek() <= '9')) {
            out_ += std::string("(?:\\") + letter + ")";
            return {};
        }
        --reader_.at;
        return reader_.error("an escape");
    }

    Result<void> open_group() {
        if (groups_.size() > kMaxGroups) return reader_.error("groups nested too deeply");
        const size_t begin = out_.size();
        ++reader_.at;
        if (reader_.peek() == '*') return reader_.error("a (* verb");
        if (!reader_.take("?")) {
            push(begin);
            out_ += '(';
            atom_ = kNone;
            return {};
        }
        if (reader_.take("#")) return skip_comment();
        for (const std::string_view kind : {":", ">", "=", "!", "<=", "<!"}) {
            if (!reader_.take(kind)) continue;
            push(begin, kind == ":" || kind == ">");
            out_ += "(?" + std::string(kind);
            atom_ = kNone;
            return {};
        }
        return options(begin);
    }

    Result<void> skip_comment() {
        const size_t end = reader_.pattern.find(')', reader_.at);
        if (end == std::string_view::npos) return reader_.error("a comment without an end");
        reader_.at = end + 1;
        return {};
    }

    // (?im-x) or (?im-x: ; Ruby's m lets the dot match newlines, which PCRE2 calls s.
    Result<void> options(size_t begin) {
        std::string text = "(?";
        bool on = true, caseless = groups_.back().caseless;
        while (!reader_.done() && reader_.peek() != ':' && reader_.peek() != ')') {
            const char option = reader_.peek();
            if (option != 'i' && option != 'm' && option != '-') return reader_.error("a group (?");
            if (option == '-') on = false;
            if (option == 'i') caseless = on;
            text += option == 'm' ? 's' : option;
            ++reader_.at;
        }
        out_ += text + ":";
        atom_ = kNone;
        if (reader_.take(":"))
            push(begin);
        else if (reader_.take(")"))
            ++groups_.back().open_options;
        else
            return reader_.error("a group without an end");
        groups_.back().caseless = caseless;
        return {};
    }

    void close_options() {
        out_.append(static_cast<size_t>(groups_.back().open_options), ')');
        groups_.back().open_options = 0;
    }

    Result<void> close_group() {
        if (groups_.size() == 1) return reader_.error("a ) without its (");
        ++reader_.at;
        close_options();
        out_ += ')';
        atom_ = groups_.back().quantifiable ? groups_.back().begin : kNone;
        groups_.pop_back();
        return {};
    }

    // {n}, {n,}, {,m}, {n,m}: true and taken. Anything else after '{' is text.
    bool interval(std::string& text, bool& fixed) {
        size_t at = reader_.at + 1;
        const auto number = [&] {
            std::string digits;
            while (at < reader_.pattern.size() && reader_.pattern[at] >= '0' && reader_.pattern[at] <= '9')
                digits += reader_.pattern[at++];
            return digits;
        };
        const std::string low = number();
        const bool comma = at < reader_.pattern.size() && reader_.pattern[at] == ',';
        if (comma) ++at;
        const std::string high = comma ? number() : low;
        if (at >= reader_.pattern.size() || reader_.pattern[at] != '}') return false;
        if (low.empty() && high.empty()) return false;
        fixed = !comma;
        text = comma ? "{" + (low.empty() ? "0" : low) + "," + high + "}" : "{" + low + "}";
        reader_.at = at + 1;
        return true;
    }

    Result<void> quantifier() {
        std::string text(1, reader_.peek());
        bool is_interval = false, fixed = false;
        if (reader_.peek() == '{') {
            if (!interval(text, fixed)) {
                begin_atom();
                out_ += quote(reader_.take_character());
                return {};
            }
            is_interval = true;
        } else {
            ++reader_.at;
        }
        if (atom_ == kNone) return reader_.error("a quantifier without anything before it");
        if (quantified_ == out_.size()) group_atom(); // a quantifier on a quantifier
        out_ += text;
        const bool lazy = reader_.peek() == '?' && !fixed;
        const bool possessive = reader_.peek() == '+' && !is_interval;
        if (lazy || possessive) out_ += reader_.take_character() == '?' ? '?' : '+';
        quantified_ = out_.size();
        return {};
    }

    void group_atom() {
        out_.insert(atom_, "(?:");
        out_ += ')';
    }

    static constexpr size_t kNone = SIZE_MAX;
    PatternReader reader_;
    std::string out_;
    std::vector<Group> groups_;
    size_t atom_ = kNone;        // in out_: where the atom begins that a quantifier would repeat
    size_t quantified_ = kNone;  // out_'s size after the last quantifier
    size_t literal_end_ = kNone; // and after the last character that stands for itself
    char32_t last_literal_ = 0;
};

} // namespace

Result<std::string> translate_pattern(std::string_view pattern) {
    if (pattern.size() > kMaxPattern)
        return Error{ErrorCode::unsupported, "the pattern has more than 65536 bytes", {}};
    if (!is_utf8(pattern)) return Error{ErrorCode::bad_file, "the pattern is not UTF-8", {}};
    return Translator(pattern).run();
}

} // namespace engine::text
