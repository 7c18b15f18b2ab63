// text.format(...)
#include <algorithm>

#include "engine/text/jinja/format.h"
#include "engine/text/jinja/interpreter.h"
#include "engine/text/jinja/markup.h"
#include "engine/text/jinja/numbers.h"
#include "engine/text/jinja/operators.h"
#include "engine/text/jinja/represent.h"

namespace engine::text::jinja {
namespace {

class BraceFormat {
 public:
    BraceFormat(Interpreter& interpreter, const Arguments& arguments, const Value* mapping, bool markup)
        : interpreter_(interpreter), arguments_(arguments), mapping_(mapping), markup_(markup) {}

    // `depth`: specifications may hold fields, those may not.
    Value run(const Value& format, int depth) {
        if (depth < 0) value_error("Max string recursion exceeded");
        const Text& text = format.as<Text>();
        const std::string_view bytes = text.bytes;
        interpreter_.tick_bytes(bytes.size(), 64);
        TextBuilder out(interpreter_.heap());
        for (size_t at = 0; at < bytes.size();) {
            const size_t brace = std::min(bytes.find_first_of("{}", at), bytes.size());
            out.append(text, at, brace);
            if (brace == bytes.size()) break;
            at = brace + 1;
            if (at < bytes.size() && bytes[at] == bytes[brace]) {
                out.append(text, at, at + 1);
                ++at;
            } else if (bytes[brace] == '}') {
                value_error("Single '}' encountered in format string");
            } else {
                at = write_field(format, at, depth, out);
            }
        }
        return out.finish();
    }

 private:
    struct Field {
        std::string_view name;
        char conversion = '\0';
        size_t spec_begin = 0, spec_end = 0;
        size_t end = 0; // behind the closing brace
    };

    static Field read_field(std::string_view bytes, size_t begin) {
        if (begin >= bytes.size()) value_error("Single '{' encountered in format string");
        Field field;
        size_t at = begin;
        for (bool in_brackets = false; at < bytes.size(); ++at) {
            const char c = bytes[at];
            if (c == '{') value_error("unexpected '{' in field name");
            if (c == '[')
                in_brackets = true;
            else if (c == ']')
                in_brackets = false;
            else if (!in_brackets && (c == '}' || c == ':' || c == '!'))
                break;
        }
        if (at >= bytes.size()) value_error("expected '}' before end of string");
        field.name = bytes.substr(begin, at - begin);
        if (bytes[at] == '!') {
            if (++at >= bytes.size()) value_error("end of string while looking for conversion specifier");
            field.conversion = bytes[at++];
            if (at >= bytes.size()) value_error("unmatched '{' in format spec");
            if (bytes[at] != ':' && bytes[at] != '}') value_error("expected ':' after conversion specifier");
        }
        field.spec_begin = field.spec_end = at;
        if (bytes[at] == ':') {
            field.spec_begin = ++at;
            int open = 1;
            for (; at < bytes.size(); ++at) {
                open += bytes[at] == '{' ? 1 : bytes[at] == '}' ? -1 : 0;
                if (open == 0) break;
            }
            if (open != 0) value_error("unmatched '{' in format spec");
            field.spec_end = at;
        }
        field.end = at + 1;
        return field;
    }

    size_t write_field(const Value& format, size_t begin, int depth, TextBuilder& out) {
        const Field field = read_field(bytes_of(format), begin);
        Value value = convert(lookup(field.name), field.conversion);
        const Value spec =
            run(slice_text(interpreter_.heap(), format, field.spec_begin, field.spec_end), depth - 1);
        if (!markup_) {
            write_formatted(interpreter_, value, spec.as<Text>(), out);
        } else if (value.is(Kind::text) && value.as<Text>().markup) {
            if (!bytes_of(spec).empty()) value_error("Unsupported format specification for Markup.");
            out.append(value.as<Text>());
        } else {
            TextBuilder plain(interpreter_.heap());
            write_formatted(interpreter_, value, spec.as<Text>(), plain);
            write_escaped(plain.finish().as<Text>(), out);
        }
        return field.end;
    }

    Value convert(Value value, char conversion) {
        switch (conversion) {
            case '\0':
                return value;
            case 's':
                return to_plain_text(interpreter_, value);
            case 'r': {
                TextBuilder builder(interpreter_.heap());
                write_repr(interpreter_, value, builder);
                return builder.finish();
            }
            case 'a': {
                const Value format = make_text(interpreter_.heap(), "%a", kTrusted);
                return percent_format(interpreter_, format,
                                      make_tuple(interpreter_.heap(), {std::move(value)}));
            }
            default:
                value_error("Unknown conversion specifier " + quoted({&conversion, 1}));
        }
    }

    static bool is_number(std::string_view name) {
        return !name.empty() && name.find_first_not_of("0123456789") == std::string_view::npos;
    }

    static int64_t to_number(std::string_view digits) {
        bool overflows = false;
        const auto number = parse_integer(digits, 10, overflows);
        if (!number) value_error("Too many decimal digits in format string");
        return *number;
    }

    // "name.attribute[item]..."
    Value lookup(std::string_view name) {
        const size_t end = std::min(name.find_first_of(".["), name.size());
        Value value = argument(name.substr(0, end));
        for (size_t at = end; at < name.size();) {
            interpreter_.tick();
            if (name[at] == '.') {
                const size_t next = std::min(name.find_first_of(".[", at + 1), name.size());
                if (next == at + 1) value_error("Empty attribute in format string");
                value = get_attribute(interpreter_, value, name.substr(at + 1, next - at - 1));
                at = next;
            } else if (name[at] == '[') {
                const size_t close = name.find(']', at);
                if (close == std::string_view::npos) value_error("Missing ']' in format string");
                const std::string_view key = name.substr(at + 1, close - at - 1);
                if (key.empty()) value_error("Empty attribute in format string");
                value = get_item(interpreter_, value,
                                 is_number(key) ? Value::integer(to_number(key))
                                                : make_text(interpreter_.heap(), std::string(key), kTrusted));
                at = close + 1;
            } else {
                value_error("Only '.' or '[' may follow ']' in format field specifier");
            }
        }
        return value;
    }

    Value argument(std::string_view name) {
        if (name.empty()) {
            if (manual_)
                value_error("cannot switch from manual field specification to automatic field numbering");
            return positional(automatic_++);
        }
        if (is_number(name)) {
            if (automatic_ > 0)
                value_error("cannot switch from automatic field numbering to manual field specification");
            manual_ = true;
            return positional(to_number(name));
        }
        if (mapping_ != nullptr) {
            const Value* found = mapping_->is(Kind::dict) ? mapping_->as<Dict>().find(name) : nullptr;
            if (!mapping_->is(Kind::dict)) type_error("format_map() needs a mapping");
            if (found != nullptr) return *found;
        }
        for (const auto& [key, value] : arguments_.named) {
            if (key == name) return value;
        }
        fail(FaultKind::lookup, "KeyError: " + quoted(name));
    }

    Value positional(int64_t index) {
        if (static_cast<size_t>(index) >= arguments_.positional.size())
            fail(FaultKind::lookup,
                 "Replacement index " + std::to_string(index) + " out of range for positional args tuple");
        return arguments_.positional[static_cast<size_t>(index)];
    }

    Interpreter& interpreter_;
    const Arguments& arguments_;
    const Value* mapping_;
    const bool markup_;
    int64_t automatic_ = 0;
    bool manual_ = false;
};

} // namespace

Value brace_format(Interpreter& interpreter, const Value& text, const Arguments& arguments,
                   const Value* mapping) {
    const bool markup = text.as<Text>().markup;
    const Value plain = with_markup(interpreter.heap(), text, false);
    const Value result = BraceFormat(interpreter, arguments, mapping, markup).run(plain, 2);
    return with_markup(interpreter.heap(), result, markup);
}

} // namespace engine::text::jinja
