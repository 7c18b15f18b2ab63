// text % arguments
#include <algorithm>
#include <cmath>

#include "engine/text/jinja/characters.h"
#include "engine/text/jinja/format.h"
#include "engine/text/jinja/interpreter.h"
#include "engine/text/jinja/markup.h"
#include "engine/text/jinja/operators.h"
#include "engine/text/jinja/represent.h"
#include "engine/text/utf8.h"

namespace engine::text::jinja {
namespace {

// The non-ASCII characters of a text as escapes, for %a and !a.
Value ascii_only(Interpreter& interpreter, const Value& value) {
    static constexpr char kHex[] = "0123456789abcdef";
    const Text& text = value.as<Text>();
    TextBuilder builder(interpreter.heap());
    for (size_t at = 0; at < text.bytes.size();) {
        const Utf8Step step = utf8_step(text.bytes, at);
        const char32_t c = step.code_point;
        if (c < 0x80) {
            builder.append(text, at, at + 1);
        } else {
            const int width = c < 0x100 ? 2 : c < 0x10000 ? 4 : 8;
            std::string escape = width == 2 ? "\\x" : width == 4 ? "\\u" : "\\U";
            for (int shift = 4 * (width - 1); shift >= 0; shift -= 4)
                escape += kHex[c >> shift & 15];
            builder.append(escape, text.origin_at(at));
        }
        at += step.length;
    }
    return builder.finish();
}

class PercentFormat {
 public:
    PercentFormat(Interpreter& interpreter, const Text& format, const Value& arguments)
        : interpreter_(interpreter), format_(format), arguments_(arguments), out_(interpreter.heap()) {
        has_tuple_ = arguments.is(Kind::tuple);
        // What can be subscripted may leave arguments unused.
        has_mapping_ = arguments.is(Kind::dict) || arguments.is(Kind::list) ||
                       arguments.is(Kind::undefined) || arguments.is(Kind::range);
    }

    Value run() {
        const std::string& bytes = format_.bytes;
        interpreter_.tick_bytes(bytes.size(), 64);
        while (at_ < bytes.size()) {
            const size_t percent = std::min(bytes.find('%', at_), bytes.size());
            out_.append(format_, at_, percent);
            at_ = percent;
            if (at_ < bytes.size()) conversion();
        }
        const size_t given = has_tuple_ ? arguments_.as<Sequence>().items.size() : 1;
        if (!has_mapping_ && used_ < given)
            type_error("not all arguments converted during string formatting");
        return out_.finish(format_.markup);
    }

 private:
    struct Conversion {
        bool left = false, plus = false, space = false, alternate = false, zero = false;
        int64_t width = 0, precision = -1;
        char type = '\0';
        Value value;
    };

    char peek() const {
        if (at_ >= format_.bytes.size()) value_error("incomplete format");
        return format_.bytes[at_];
    }

    Value next_argument() {
        if (has_tuple_) {
            const Values& items = arguments_.as<Sequence>().items;
            if (used_ >= items.size()) type_error("not enough arguments for format string");
            return items[used_++];
        }
        if (used_++ > 0) type_error("not enough arguments for format string");
        return arguments_;
    }

    int64_t number_or_star() {
        if (peek() == '*') {
            ++at_;
            const Value value = next_argument();
            if (!value.is_integer()) type_error("* wants int");
            return value.as_integer();
        }
        int64_t number = 0;
        for (; peek() >= '0' && peek() <= '9'; ++at_) {
            if (number > 1'000'000'000'000) value_error("width too big");
            number = number * 10 + (peek() - '0');
        }
        return number;
    }

    Value value_of_key() {
        // %(name)s: parentheses inside the name are balanced.
        const size_t begin = ++at_;
        for (int open = 1; open > 0; ++at_) {
            if (at_ >= format_.bytes.size()) value_error("incomplete format key");
            open += format_.bytes[at_] == '(' ? 1 : format_.bytes[at_] == ')' ? -1 : 0;
        }
        const std::string key = format_.bytes.substr(begin, at_ - 1 - begin);
        if (!arguments_.is(Kind::dict)) type_error("format requires a mapping");
        const Value* found = arguments_.as<Dict>().find(key);
        if (found == nullptr) fail(FaultKind::lookup, "KeyError: " + quoted(key));
        return *found;
    }

    void conversion() {
        percent_ = at_++;
        Conversion c;
        if (peek() == '(') c.value = value_of_key();
        for (bool flags = true; flags;) {
            switch (peek()) {
                case '-':
                    c.left = true;
                    break;
                case '+':
                    c.plus = true;
                    break;
                case ' ':
                    c.space = true;
                    break;
                case '#':
                    c.alternate = true;
                    break;
                case '0':
                    c.zero = true;
                    break;
                default:
                    flags = false;
                    continue;
            }
            ++at_;
        }
        c.width = number_or_star();
        if (c.width < 0) {
            c.left = true;
            c.width = c.width < -1'000'000'000'000 ? 1'000'000'000'000 : -c.width;
        }
        if (peek() == '.') {
            ++at_;
            c.precision = std::max<int64_t>(number_or_star(), 0);
        }
        interpreter_.heap().check_text(static_cast<size_t>(c.width));
        interpreter_.heap().check_text(static_cast<size_t>(std::max<int64_t>(c.precision, 0)));
        if (peek() == 'h' || peek() == 'l' || peek() == 'L') ++at_;
        c.type = peek();
        ++at_;
        if (c.type == '%') return out_.append("%", origin());
        if (c.value.is_missing()) c.value = next_argument();
        write(c);
    }

    Origin origin() const { return format_.origin_at(percent_); }

    void write(const Conversion& c) {
        switch (c.type) {
            case 's':
            case 'r':
            case 'a':
                return write_text(c);
            case 'd':
            case 'i':
            case 'u':
            case 'o':
            case 'x':
            case 'X':
                return write_integer(c);
            case 'e':
            case 'E':
            case 'f':
            case 'F':
            case 'g':
            case 'G': {
                if (!c.value.is_number() && !c.value.is(Kind::undefined))
                    type_error(std::string("must be real number, not ") + type_name(c.value));
                const int precision = checked_precision(interpreter_, c.precision < 0 ? 6 : c.precision);
                return write_number(
                    c, float_parts(to_double(c.value), c.type, precision, sign_style(c), c.alternate));
            }
            case 'c':
                return write_character(c);
            default:
                value_error("unsupported format character " + quoted({&c.type, 1}) + " at index " +
                            std::to_string(at_ - 1));
        }
    }

    static char sign_style(const Conversion& c) { return c.plus ? '+' : c.space ? ' ' : '-'; }

    void write_text(const Conversion& c) {
        Value text;
        if (c.type == 's') {
            text = to_text(interpreter_, c.value);
        } else {
            TextBuilder builder(interpreter_.heap());
            write_repr(interpreter_, c.value, builder);
            text = builder.finish();
            if (c.type == 'a') text = ascii_only(interpreter_, text);
        }
        if (format_.markup) text = escape(interpreter_, text);
        const Text& shown = text.as<Text>();
        const int64_t length = c.precision >= 0 ? std::min(c.precision, shown.length) : shown.length;
        interpreter_.tick_bytes(shown.bytes.size() + static_cast<size_t>(c.width), 256);
        const int64_t missing = c.width - length;
        if (!c.left) out_.repeat(" ", origin(), missing);
        out_.append(shown, 0, shown.position_of(length));
        if (c.left) out_.repeat(" ", origin(), missing);
    }

    void write_integer(const Conversion& c) {
        int64_t number = 0;
        const bool decimal = c.type == 'd' || c.type == 'i' || c.type == 'u';
        if (c.value.is_integer()) {
            number = c.value.as_integer();
        } else if (decimal && c.value.is(Kind::floating)) {
            const double value = c.value.as_floating();
            if (!(std::abs(value) < 9223372036854775808.0)) overflow("%d");
            number = static_cast<int64_t>(value);
        } else if (decimal && c.value.is(Kind::big_integer)) {
            return write_number(c, {"", "", c.value.as<BigInteger>().digits});
        } else if (c.value.is(Kind::undefined) && decimal) {
            interpreter_.raise_undefined(c.value);
        } else {
            type_error(std::string("%") + c.type + " format: " + (decimal ? "a real number" : "an integer") +
                       " is required, not " + type_name(c.value));
        }
        NumberParts parts = integer_parts(number, decimal ? 'd' : c.type, sign_style(c), c.alternate);
        if (c.precision > static_cast<int64_t>(parts.digits.size())) {
            interpreter_.tick(c.precision / 16);
            parts.digits.insert(0, static_cast<size_t>(c.precision) - parts.digits.size(), '0');
        }
        write_number(c, parts);
    }

    void write_number(const Conversion& c, const NumberParts& parts) {
        interpreter_.tick(c.width / 64);
        const int64_t missing = c.width - static_cast<int64_t>(parts.size());
        if (!c.left && !c.zero) out_.repeat(" ", origin(), missing);
        out_.append(parts.sign + parts.prefix, c.value.origin());
        if (!c.left && c.zero) out_.repeat("0", origin(), missing);
        out_.append(parts.digits, c.value.origin());
        if (c.left) out_.repeat(" ", origin(), missing);
    }

    void write_character(const Conversion& c) {
        if (!c.left) out_.repeat(" ", origin(), c.width - 1);
        if (c.value.is(Kind::text) && c.value.as<Text>().length == 1) {
            out_.append(c.value.as<Text>());
        } else if (c.value.is_integer()) {
            const int64_t code = c.value.as_integer();
            if (code < 0 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000))
                fail(FaultKind::overflow, "%c arg not in range(0x110000)");
            out_.append(static_cast<char32_t>(code), c.value.origin());
        } else {
            type_error("%c requires int or char");
        }
        if (c.left) out_.repeat(" ", origin(), c.width - 1);
    }

    Interpreter& interpreter_;
    const Text& format_;
    const Value& arguments_;
    TextBuilder out_;
    size_t at_ = 0, percent_ = 0;
    size_t used_ = 0;
    bool has_tuple_ = false, has_mapping_ = false;
};

} // namespace

Value percent_format(Interpreter& interpreter, const Value& text, const Value& arguments) {
    return PercentFormat(interpreter, text.as<Text>(), arguments).run();
}

} // namespace engine::text::jinja
