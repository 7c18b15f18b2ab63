// pprint.pformat(): repr(), with dicts sorted and wide values on several lines.
#include <algorithm>

#include "engine/text/jinja/characters.h"
#include "engine/text/jinja/interpreter.h"
#include "engine/text/jinja/operators.h"
#include "engine/text/jinja/represent.h"
#include "engine/text/jinja/text_operations.h"
#include "engine/text/utf8.h"

namespace engine::text::jinja {
namespace {

constexpr int64_t kWidth = 80;

class Pretty {
 public:
    explicit Pretty(Interpreter& interpreter) : interpreter_(interpreter), out_(interpreter.heap()) {}

    Value run(const Value& value) {
        write(value, 0, 0, true);
        return out_.finish();
    }

 private:
    // Dict entries in the order of their keys; types that do not compare are kept together by their names.
    std::vector<const Dict::Entry*> sorted(const Dict& dict) {
        std::vector<const Dict::Entry*> entries;
        for (const Dict::Entry& entry : dict.entries())
            entries.push_back(&entry);
        const auto comparable = [](const Value& a, const Value& b) {
            return (a.is_number() && b.is_number()) || (a.kind() == b.kind() && a.is(Kind::text));
        };
        std::stable_sort(entries.begin(), entries.end(), [&](const Dict::Entry* a, const Dict::Entry* b) {
            if (comparable(a->key, b->key)) return compare(interpreter_, Operator::lt, a->key, b->key);
            return std::string_view(type_name(a->key)) < type_name(b->key);
        });
        return entries;
    }

    // The value on one line, dicts sorted.
    Value one_line(const Value& value) {
        TextBuilder builder(interpreter_.heap());
        write_flat(value, builder);
        return builder.finish();
    }

    void write_flat(const Value& value, TextBuilder& out) {
        const Interpreter::Level level(interpreter_);
        interpreter_.tick();
        const Origin origin = value.origin();
        if (value.is(Kind::dict)) {
            const char* separator = "{";
            if (value.as<Dict>().size() == 0) out.append("{", origin);
            for (const Dict::Entry* entry : sorted(value.as<Dict>())) {
                out.append(separator, origin);
                separator = ", ";
                write_flat(entry->key, out);
                out.append(": ", origin);
                write_flat(entry->value, out);
            }
            return out.append("}", origin);
        }
        if (!value.is(Kind::list) && !value.is(Kind::tuple)) return write_repr(interpreter_, value, out);
        const Values& items = value.as<Sequence>().items;
        out.append(value.is(Kind::list) ? "[" : "(", origin);
        for (size_t i = 0; i < items.size(); ++i) {
            if (i > 0) out.append(", ", origin);
            write_flat(items[i], out);
        }
        if (value.is(Kind::tuple) && items.size() == 1) out.append(",", origin);
        out.append(value.is(Kind::list) ? "]" : ")", origin);
    }

    // `indent`: column where the value begins; `allowance`: what must still fit behind it on its last line.
    void write(const Value& value, int64_t indent, int64_t allowance, bool top) {
        const Interpreter::Level level(interpreter_);
        const Value flat = one_line(value);
        if (flat.as<Text>().length <= kWidth - indent - allowance) return out_.append(flat.as<Text>());
        if (value.is(Kind::dict) && value.as<Dict>().size() > 0)
            return write_dict(value, indent, allowance + 1);
        if (value.is(Kind::list) || value.is(Kind::tuple)) return write_sequence(value, indent, allowance);
        if (value.is(Kind::text) && !value.as<Text>().markup && !bytes_of(value).empty())
            return write_text(value, indent, allowance, top);
        out_.append(flat.as<Text>());
    }

    void new_line(int64_t indent, Origin origin) {
        out_.append(",\n", origin);
        out_.repeat(" ", origin, indent);
    }

    void write_dict(const Value& value, int64_t indent, int64_t allowance) {
        const Origin origin = value.origin();
        const auto entries = sorted(value.as<Dict>());
        out_.append("{", origin);
        for (size_t i = 0; i < entries.size(); ++i) {
            if (i > 0) new_line(indent + 1, origin);
            const Value key = one_line(entries[i]->key);
            out_.append(key.as<Text>());
            out_.append(": ", origin);
            write(entries[i]->value, indent + 1 + key.as<Text>().length + 2,
                  i + 1 == entries.size() ? allowance : 1, false);
        }
        out_.append("}", origin);
    }

    void write_sequence(const Value& value, int64_t indent, int64_t allowance) {
        const Origin origin = value.origin();
        const Values& items = value.as<Sequence>().items;
        const bool list = value.is(Kind::list);
        const std::string close = list ? "]" : items.size() == 1 ? ",)" : ")";
        out_.append(list ? "[" : "(", origin);
        for (size_t i = 0; i < items.size(); ++i) {
            if (i > 0) new_line(indent + 1, origin);
            const bool last = i + 1 == items.size();
            write(items[i], indent + 1, last ? allowance + static_cast<int64_t>(close.size()) : 1, false);
        }
        out_.append(close, origin);
    }

    Value quoted_text(const Value& text) {
        TextBuilder builder(interpreter_.heap());
        write_quoted(text.as<Text>(), builder);
        return builder.finish();
    }

    // A long text becomes several literals: by lines, then by words. `top`: they stand in parentheses.
    void write_text(const Value& value, int64_t indent, int64_t allowance, bool top) {
        Values chunks;
        const Values lines = split_lines(interpreter_, value, true);
        indent += top ? 1 : 0;
        allowance += top ? 1 : 0;
        const int64_t width = kWidth - indent;
        for (size_t i = 0; i < lines.size(); ++i) {
            const int64_t last_width = i + 1 == lines.size() ? width - allowance : width;
            Value shown = quoted_text(lines[i]);
            if (shown.as<Text>().length <= last_width)
                chunks.push_back(std::move(shown));
            else
                add_words(lines[i], width, last_width, chunks);
        }
        if (chunks.size() == 1) return out_.append(quoted_text(value).as<Text>());
        const Origin origin = value.as<Text>().origin_of_all();
        if (top) out_.append("(", origin);
        for (size_t i = 0; i < chunks.size(); ++i) {
            if (i > 0) {
                out_.append("\n", origin);
                out_.repeat(" ", origin, indent);
            }
            out_.append(chunks[i].as<Text>());
        }
        if (top) out_.append(")", origin);
    }

    // Words with the spaces behind them, as many in one literal as fit; `last_width` holds for the last one.
    void add_words(const Value& line, int64_t width, int64_t last_width, Values& chunks) {
        const std::string& bytes = bytes_of(line);
        const auto word_end = [&bytes](size_t at) {
            for (const bool spaces : {false, true}) {
                while (at < bytes.size() && is_space(utf8_step(bytes, at).code_point) == spaces)
                    at += utf8_step(bytes, at).length;
            }
            return at;
        };
        const auto piece = [&](size_t begin, size_t end) {
            interpreter_.tick_bytes(end - begin, 16);
            return quoted_text(slice_text(interpreter_.heap(), line, begin, end));
        };
        size_t begin = 0, end = 0;
        while (end < bytes.size()) {
            const size_t next = word_end(end);
            const int64_t allowed = next >= bytes.size() ? last_width : width;
            if (end > begin && piece(begin, next).as<Text>().length > allowed) {
                chunks.push_back(piece(begin, end));
                begin = end;
            }
            end = next;
        }
        if (begin < bytes.size()) chunks.push_back(piece(begin, bytes.size()));
    }

    Interpreter& interpreter_;
    TextBuilder out_;
};

} // namespace

Value pretty(Interpreter& interpreter, const Value& value) {
    return Pretty(interpreter).run(value);
}

} // namespace engine::text::jinja
