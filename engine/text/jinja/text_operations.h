// What Python's str methods do, on texts with origins; used by methods and filters.
#pragma once

#include "engine/text/jinja/text.h"

namespace engine::text::jinja {

class Interpreter;

// text_cases.cpp. A Markup stays one.
Value upper(Interpreter& interpreter, const Value& text);
Value lower(Interpreter& interpreter, const Value& text);
Value title(Interpreter& interpreter, const Value& text); // str.title()
Value capitalize(Interpreter& interpreter, const Value& text);
Value swapcase(Interpreter& interpreter, const Value& text);
Value casefold(Interpreter& interpreter, const Value& text);
Value title_words(Interpreter& interpreter, const Value& text); // the filter `title`
bool is_lower_text(const Text& text);
bool is_upper_text(const Text& text);
bool is_title_text(const Text& text);

// text_parts.cpp
enum class Side { left, right, both };
Value strip(Interpreter& interpreter, const Value& text, const Value& characters, Side side);
// `separator`: missing or none splits at white space. `limit` < 0: no limit.
Values split(Interpreter& interpreter, const Value& text, const Value& separator, int64_t limit);
Values rsplit(Interpreter& interpreter, const Value& text, const Value& separator, int64_t limit);
Values split_lines(Interpreter& interpreter, const Value& text, bool keep_ends);
Value partition(Interpreter& interpreter, const Value& text, const Value& separator, bool from_right);
Value replace(Interpreter& interpreter, const Value& text, const Value& old, const Value& with,
              int64_t limit);
Value join(Interpreter& interpreter, const Value& separator, const Value& iterable);
Value translate(Interpreter& interpreter, const Value& text, const Value& table);

// text_fill.cpp
Value pad(Interpreter& interpreter, const Value& text, int64_t width, const Value& fill, Side side);
Value center(Interpreter& interpreter, const Value& text, int64_t width, const Value& fill);
Value zero_fill(Interpreter& interpreter, const Value& text, int64_t width);
Value expand_tabs(Interpreter& interpreter, const Value& text, int64_t size);
Value indent(Interpreter& interpreter, const Value& text, const Value& width, bool first, bool blank);
void check_truncation(const Text& tail, int64_t length, int64_t leeway); // throws when they make no sense
Value truncate(Interpreter& interpreter, const Value& text, int64_t length, bool kill_words,
               const Value& end);
int64_t count_words(Interpreter& interpreter, const Text& text);

// text_wrap.cpp: textwrap.wrap() of each line, joined.
struct WrapStyle {
    int64_t width = 79;
    bool break_long_words = true, break_on_hyphens = true;
};
Value wrap(Interpreter& interpreter, const Value& text, const WrapStyle& style, const Value& separator);

} // namespace engine::text::jinja
