// Reading JSON into values and writing values as JSON.
#include "engine/text/jinja/json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/text/jinja/interpreter.h"
#include "engine/text/jinja/numbers.h"
#include "engine/text/jinja/operators.h"
#include "engine/text/jinja/represent.h"
#include "engine/text/utf8.h"

namespace engine::text::jinja {
namespace {

// nlohmann's event interface: builds values bottom up.
class Reader : public nlohmann::json_sax<nlohmann::json> {
 public:
    Reader(Heap& heap, Origin origin) : heap_(heap), origin_(origin), foreign_(origin == kForeign) {}

    Value take() { return std::move(result_); }

    bool null() override { return add(Value::none(foreign_)); }
    bool boolean(bool b) override { return add(Value::boolean(b, foreign_)); }
    bool number_integer(int64_t i) override { return add(Value::integer(i, foreign_)); }
    bool number_unsigned(uint64_t u) override {
        if (u <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max()))
            return add(Value::integer(static_cast<int64_t>(u), foreign_));
        return add_big(std::to_string(u));
    }
    bool number_float(double f, const std::string& digits) override {
        // An integer beyond 64 bits arrives here, too.
        const bool integer = digits.find_first_of(".eE") == std::string::npos;
        return integer ? add_big(digits) : add(Value::floating(f, foreign_));
    }
    bool string(std::string& text) override { return add(make_text(heap_, std::move(text), origin_)); }
    bool binary(binary_t&) override { return false; }
    bool start_object(size_t) override {
        open_.push_back({make_dict(heap_, foreign_), {}, {}});
        return check_depth();
    }
    bool key(std::string& text) override {
        open_.back().key = make_text(heap_, std::move(text), origin_);
        return true;
    }
    bool end_object() override {
        Value dict = std::move(open_.back().dict);
        open_.pop_back();
        return add(std::move(dict));
    }
    bool start_array(size_t) override {
        open_.push_back({Value(), {}, {}});
        return check_depth();
    }
    bool end_array() override {
        Value list = make_list(heap_, std::move(open_.back().items), foreign_);
        open_.pop_back();
        return add(std::move(list));
    }
    bool parse_error(size_t position, const std::string&, const nlohmann::json::exception& error) override {
        // The library's text begins with its own name and number: "[json.exception.parse_error.101] ...".
        std::string reason = error.what();
        if (const size_t end = reason.find("] "); end != std::string::npos) reason.erase(0, end + 2);
        value_error("not valid JSON at byte " + std::to_string(position) + ": " +
                    replace_invalid_utf8(shortened(reason, 300))); // it quotes what it read
    }

 private:
    struct Open {
        Value dict, key; // an object, or
        Values items;    // an array
    };

    bool check_depth() {
        heap_.check_depth(static_cast<int32_t>(open_.size()));
        return true;
    }
    bool add_big(std::string digits) {
        const auto size = static_cast<int64_t>(digits.size());
        return add(Value(heap_.make<BigInteger>(size, std::move(digits))).with_foreign(foreign_));
    }
    bool add(Value value) {
        if (open_.empty())
            result_ = std::move(value);
        else if (open_.back().dict.is_missing())
            open_.back().items.push_back(std::move(value));
        else
            open_.back().dict.as<Dict>().set(std::move(open_.back().key), std::move(value));
        return true;
    }

    Heap& heap_;
    const Origin origin_;
    const bool foreign_;
    Value result_;
    std::vector<Open> open_;
};

class Writer {
 public:
    Writer(Interpreter& interpreter, const JsonStyle& style, TextBuilder& out)
        : interpreter_(interpreter), style_(style), out_(out) {}

    void write(const Value& value) {
        const Interpreter::Level level(interpreter_);
        interpreter_.tick();
        switch (value.kind()) {
            case Kind::none:
                return out_.append("null", value.origin());
            case Kind::boolean:
                return out_.append(value.as_boolean() ? "true" : "false", value.origin());
            case Kind::integer:
                return out_.append(std::to_string(value.as_integer()), value.origin());
            case Kind::big_integer:
                return out_.append(value.as<BigInteger>().digits, value.origin());
            case Kind::floating:
                return out_.append(number(value.as_floating()), value.origin());
            case Kind::text:
                return write_text(value.as<Text>());
            case Kind::list:
            case Kind::tuple:
                return write_list(value);
            case Kind::dict:
                return write_dict(value);
            default:
                type_error(std::string("Object of type ") + type_name(value) + " is not JSON serializable");
        }
    }

 private:
    static std::string number(double value) {
        if (value != value) return "NaN";
        const std::string text = float_repr(value);
        return text == "inf" ? "Infinity" : text == "-inf" ? "-Infinity" : text;
    }

    void new_line(Origin origin) {
        if (!style_.indented) return;
        out_.append("\n", origin);
        out_.repeat(style_.indent, origin, depth_);
    }

    void write_list(const Value& value) {
        const Values& items = value.as<Sequence>().items;
        const Origin origin = value.origin();
        if (items.empty()) return out_.append("[]", origin);
        out_.append("[", origin);
        ++depth_;
        for (size_t i = 0; i < items.size(); ++i) {
            if (i > 0) out_.append(style_.item_separator, origin);
            new_line(origin);
            write(items[i]);
        }
        --depth_;
        new_line(origin);
        out_.append("]", origin);
    }

    void write_key(const Value& key) {
        switch (key.kind()) {
            case Kind::text:
                return write_text(key.as<Text>());
            case Kind::none:
            case Kind::boolean:
            case Kind::integer:
            case Kind::big_integer:
            case Kind::floating:
                out_.append("\"", key.origin());
                write(key);
                return out_.append("\"", key.origin());
            default:
                type_error(std::string("keys must be str, int, float, bool or None, not ") + type_name(key));
        }
    }

    void write_dict(const Value& value) {
        const Dict& dict = value.as<Dict>();
        const Origin origin = value.origin();
        if (dict.size() == 0) return out_.append("{}", origin);
        std::vector<const Dict::Entry*> entries;
        for (const Dict::Entry& entry : dict.entries())
            entries.push_back(&entry);
        if (style_.sort_keys) {
            std::stable_sort(entries.begin(), entries.end(),
                             [this](const Dict::Entry* a, const Dict::Entry* b) {
                                 return compare(interpreter_, Operator::lt, a->key, b->key);
                             });
        }
        out_.append("{", origin);
        ++depth_;
        bool first = true;
        for (const Dict::Entry* entry : entries) {
            if (!first) out_.append(style_.item_separator, origin);
            first = false;
            new_line(origin);
            write_key(entry->key);
            out_.append(style_.key_separator, origin);
            write(entry->value);
        }
        --depth_;
        new_line(origin);
        out_.append("}", origin);
    }

    void write_unicode_escape(uint32_t unit, Origin origin) {
        static constexpr char kHex[] = "0123456789abcdef";
        const char escape[] = {
            '\\', 'u', kHex[unit >> 12 & 15], kHex[unit >> 8 & 15], kHex[unit >> 4 & 15], kHex[unit & 15]};
        out_.append({escape, sizeof escape}, origin);
    }

    // The escape of an ASCII character, null when it needs none, "" when it needs \u00XX.
    static const char* short_escape(char c) {
        switch (c) {
            case '"':
                return "\\\"";
            case '\\':
                return "\\\\";
            case '\n':
                return "\\n";
            case '\r':
                return "\\r";
            case '\t':
                return "\\t";
            case '\f':
                return "\\f";
            case '\b':
                return "\\b";
            default:
                return static_cast<unsigned char>(c) < 0x20 ? "" : nullptr;
        }
    }

    void write_text(const Text& text) {
        interpreter_.tick_bytes(text.bytes.size(), 64);
        const Origin all = text.origin_of_all();
        out_.append("\"", all);
        size_t plain = 0;
        for (size_t at = 0; at < text.bytes.size();) {
            const char c = text.bytes[at];
            size_t next = at + 1;
            if (static_cast<unsigned char>(c) >= 0x80) {
                const Utf8Step step = utf8_step(text.bytes, at);
                next = at + step.length;
                if (style_.ensure_ascii) {
                    out_.append(text, plain, at);
                    plain = next;
                    const Origin origin = text.origin_at(at);
                    const auto code = static_cast<uint32_t>(step.code_point);
                    if (code >= 0x10000) write_unicode_escape(0xD800 + ((code - 0x10000) >> 10), origin);
                    write_unicode_escape(code >= 0x10000 ? 0xDC00 + (code & 0x3FF) : code, origin);
                }
            } else if (const char* escape = short_escape(c)) {
                out_.append(text, plain, at);
                plain = next;
                const Origin origin = text.origin_at(at);
                if (*escape != '\0')
                    out_.append(escape, origin);
                else
                    write_unicode_escape(static_cast<unsigned char>(c), origin);
            }
            at = next;
        }
        out_.append(text, plain, text.bytes.size());
        out_.append("\"", all);
    }

    Interpreter& interpreter_;
    const JsonStyle& style_;
    TextBuilder& out_;
    int64_t depth_ = 0;
};

} // namespace

Value parse_json(Heap& heap, std::string_view json, Origin origin) {
    Reader reader(heap, origin);
    nlohmann::json::sax_parse(json.begin(), json.end(), &reader);
    return reader.take();
}

Value dump_json(Interpreter& interpreter, const Value& value, const JsonStyle& style) {
    TextBuilder builder(interpreter.heap());
    Writer(interpreter, style, builder).write(value);
    return builder.finish();
}

} // namespace engine::text::jinja
