// Reading template source: text, tags, comments and raw blocks; and the words inside tags.
#include "engine/text/jinja/lexer.h"

#include <string>

#include "engine/text/jinja/characters.h"
#include "engine/text/jinja/fault.h"
#include "engine/text/jinja/literals.h"
#include "engine/text/utf8.h"

namespace engine::text::jinja {
namespace {

// Line ends become "\n", and one at the very end is dropped.
std::string normalize_lines(std::string_view source) {
    std::string out;
    out.reserve(source.size());
    for (size_t i = 0; i < source.size(); ++i) {
        if (source[i] == '\r') {
            out += '\n';
            if (i + 1 < source.size() && source[i + 1] == '\n') ++i;
        } else {
            out += source[i];
        }
    }
    if (!out.empty() && out.back() == '\n') out.pop_back();
    return out;
}

int count_lines(std::string_view text) {
    int lines = 0;
    for (const char c : text)
        lines += c == '\n';
    return lines;
}

class Lexer {
 public:
    explicit Lexer(std::string source) : source_(std::move(source)) {}

    std::vector<Token> run() {
        try {
            check_utf8();
            while (at_ < source_.size())
                read_text();
            emit(TokenType::end);
        } catch (const Fault& fault) {
            emit(TokenType::fault).text = fault.reason;
        }
        return std::move(tokens_);
    }

 private:
    enum class Tag { none, variable, block, comment, raw };

    [[noreturn]] void stop(std::string reason) const { fail(FaultKind::syntax, std::move(reason), line_); }

    Token& emit(TokenType type) {
        tokens_.emplace_back();
        tokens_.back().type = type;
        tokens_.back().line = line_;
        return tokens_.back();
    }

    char peek(size_t ahead = 0) const { return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0'; }
    bool looking_at(std::string_view what) const {
        return std::string_view(source_).substr(at_).starts_with(what);
    }
    Utf8Step step(size_t position) const { return utf8_step(source_, position); }

    size_t skip_space(size_t position) const {
        while (position < source_.size() && is_space(step(position).code_point))
            position += step(position).length;
        return position;
    }

    void check_utf8() {
        for (size_t i = 0; i < source_.size();) {
            const Utf8Step here = step(i);
            if (!here.valid) stop("the template is not valid UTF-8");
            line_ += source_[i] == '\n';
            i += here.length;
        }
        line_ = 1;
    }

    // Moves on to `position`; remembers whether what was passed ends a line.
    void pass(size_t position) {
        line_ += count_lines(std::string_view(source_).substr(at_, position - at_));
        if (position > at_) line_starting_ = source_[position - 1] == '\n';
        at_ = position;
    }

    // The end of "{%- raw -%}" when one starts here, else 0.
    size_t raw_tag_end(size_t position, std::string_view word, bool ends_raw) const {
        position += 2;
        if (position < source_.size() && (source_[position] == '-' || source_[position] == '+')) ++position;
        position = skip_space(position);
        if (!std::string_view(source_).substr(position).starts_with(word)) return 0;
        position = skip_space(position + word.size());
        const std::string_view rest = std::string_view(source_).substr(position);
        if (rest.starts_with("-%}")) return skip_space(position + 3);
        if (ends_raw && rest.starts_with("+%}")) return position + 3;
        if (!rest.starts_with("%}")) return 0;
        position += 2;
        // Only the end tag swallows the line end, as in jinja2.
        return ends_raw && position < source_.size() && source_[position] == '\n' ? position + 1 : position;
    }

    Tag tag_at(size_t position) const {
        if (position + 1 >= source_.size() || source_[position] != '{') return Tag::none;
        switch (source_[position + 1]) {
            case '{':
                return Tag::variable;
            case '#':
                return Tag::comment;
            case '%':
                return raw_tag_end(position, "raw", false) != 0 ? Tag::raw : Tag::block;
            default:
                return Tag::none;
        }
    }

    // Emits the text before a tag, with the whitespace taken that the tag's sign or lstrip_blocks takes.
    void emit_text(size_t end, char sign, bool may_lstrip) {
        std::string_view text = std::string_view(source_).substr(at_, end - at_);
        if (sign == '-') {
            size_t keep = text.size();
            while (keep > 0) {
                size_t start = keep - 1;
                while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xC0u) == 0x80)
                    --start;
                if (!is_space(utf8_step(text, start).code_point)) break;
                keep = start;
            }
            text = text.substr(0, keep);
        } else if (sign != '+' && may_lstrip) {
            const size_t newline = text.rfind('\n');
            const size_t line = newline == std::string_view::npos ? 0 : newline + 1;
            if ((line > 0 || line_starting_) && line < text.size() && skip_space(at_ + line) >= end)
                text = text.substr(0, line);
        }
        if (!text.empty()) emit(TokenType::data).text = text;
        pass(end);
    }

    void read_text() {
        size_t end = source_.find('{', at_);
        while (end != std::string::npos && tag_at(end) == Tag::none)
            end = source_.find('{', end + 1);
        if (end == std::string::npos) {
            emit(TokenType::data).text = source_.substr(at_);
            pass(source_.size());
            return;
        }
        const Tag tag = tag_at(end);
        const char sign = end + 2 < source_.size() ? source_[end + 2] : '\0';
        emit_text(end, sign, tag != Tag::variable);
        if (tag == Tag::raw) return read_raw();
        const size_t begin = at_ + 2 + (sign == '-' || sign == '+' ? 1 : 0);
        if (tag == Tag::comment) return read_comment(begin);
        emit(tag == Tag::variable ? TokenType::variable_begin : TokenType::block_begin);
        pass(begin);
        read_tag(tag);
    }

    void read_comment(size_t begin) {
        const size_t end = source_.find("#}", begin);
        if (end == std::string::npos) stop("Missing end of comment tag");
        const char sign = end > begin ? source_[end - 1] : '\0';
        size_t next = end + 2;
        if (sign == '-')
            next = skip_space(next);
        else if (sign != '+' && next < source_.size() && source_[next] == '\n')
            ++next;
        pass(next);
    }

    void read_raw() {
        pass(raw_tag_end(at_, "raw", false));
        for (size_t end = source_.find("{%", at_); end != std::string::npos;
             end = source_.find("{%", end + 1)) {
            const size_t next = raw_tag_end(end, "endraw", true);
            if (next == 0) continue;
            emit_text(end, source_[end + 2], true);
            pass(next);
            return;
        }
        stop("Missing end of raw directive");
    }

    // True when the tag ended here.
    bool read_tag_end(Tag tag) {
        if (!open_.empty()) return false;
        const std::string_view close = tag == Tag::variable ? "}}" : "%}";
        const char sign = peek();
        const bool strips = sign == '-' && std::string_view(source_).substr(at_ + 1).starts_with(close);
        const bool keeps =
            tag == Tag::block && sign == '+' && std::string_view(source_).substr(at_ + 1).starts_with(close);
        if (!strips && !keeps && !looking_at(close)) return false;
        emit(tag == Tag::variable ? TokenType::variable_end : TokenType::block_end);
        size_t next = at_ + (strips || keeps ? 3 : 2);
        if (strips)
            next = skip_space(next);
        else if (tag == Tag::block && !keeps && next < source_.size() && source_[next] == '\n')
            ++next;
        pass(next);
        return true;
    }

    void read_tag(Tag tag) {
        while (at_ < source_.size()) {
            if (read_tag_end(tag)) return;
            const char c = peek();
            const Utf8Step here = step(at_);
            if (is_space(here.code_point))
                pass(skip_space(at_));
            else if (c >= '0' && c <= '9')
                read_number();
            else if (is_name_part(here.code_point))
                read_name();
            else if (c == '\'' || c == '"')
                read_string();
            else
                read_operator();
        }
    }

    void read_name() {
        size_t end = at_;
        while (end < source_.size() && is_name_part(step(end).code_point))
            end += step(end).length;
        if (!is_name_start(step(at_).code_point)) stop("Invalid character in identifier");
        emit(TokenType::name).text = source_.substr(at_, end - at_);
        pass(end);
    }

    void read_operator() {
        static constexpr std::string_view kOperators[] = {"//", "**", "==", "!=", ">=", "<=", "+", "-", "/",
                                                          "*",  "%",  "~",  "[",  "]",  "(",  ")", "{", "}",
                                                          ">",  "<",  "=",  ".",  ":",  "|",  ",", ";"};
        for (const std::string_view op : kOperators) {
            if (!looking_at(op)) continue;
            balance(op.front());
            emit(TokenType::op).text = op;
            pass(at_ + op.size());
            return;
        }
        stop("unexpected char " + quoted(source_.substr(at_, step(at_).length)));
    }

    void balance(char c) {
        if (c == '(')
            open_ += ')';
        else if (c == '[')
            open_ += ']';
        else if (c == '{')
            open_ += '}';
        if (c != ')' && c != ']' && c != '}') return;
        if (open_.empty()) stop("unexpected " + quoted({&c, 1}));
        const char expected = open_.back();
        open_.pop_back();
        if (expected != c) stop("unexpected " + quoted({&c, 1}) + ", expected " + quoted({&expected, 1}));
    }

    void read_number() {
        const NumberLiteral number = read_number_literal(source_, at_);
        Token& token = emit(number.is_float ? TokenType::floating : TokenType::integer);
        token.integer = number.integer;
        token.floating = number.floating;
        pass(number.end);
    }

    void read_string();

    std::string source_;
    std::vector<Token> tokens_;
    size_t at_ = 0;
    int line_ = 1;
    bool line_starting_ = true; // nothing but what ends a line was before
    std::string open_;          // closing brackets that are due
};

void Lexer::read_string() {
    const char quote = peek();
    size_t end = at_ + 1;
    while (end < source_.size() && source_[end] != quote)
        end += source_[end] == '\\' ? 2 : 1;
    if (end >= source_.size()) stop("unexpected char " + quoted({&quote, 1}) + ": the string has no end");
    std::string value;
    for (size_t i = at_ + 1; i < end;) {
        if (source_[i] == '\\') {
            i = read_escape(source_, i + 1, end, value);
        } else {
            value += source_[i++];
        }
    }
    emit(TokenType::string).text = std::move(value);
    pass(end + 1);
}

} // namespace

std::vector<Token> tokenize(std::string_view source) {
    return Lexer(normalize_lines(source)).run();
}

} // namespace engine::text::jinja
