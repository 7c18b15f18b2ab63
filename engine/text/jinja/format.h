// Formatting: Python's % operator, str.format() and format specifications.
#pragma once

#include "engine/text/jinja/registry.h"
#include "engine/text/jinja/text.h"

namespace engine::text::jinja {

class Interpreter;

// text % arguments
Value percent_format(Interpreter& interpreter, const Value& text, const Value& arguments);
// text.format(...); with a `mapping` instead of named arguments: text.format_map(mapping)
Value brace_format(Interpreter& interpreter, const Value& text, const Arguments& arguments,
                   const Value* mapping);
// format(value, specification), written to `out`.
void write_formatted(Interpreter& interpreter, const Value& value, const Text& specification,
                     TextBuilder& out);

// What stands in a field: a number's sign, prefix ("0x") and digits.
struct NumberParts {
    std::string sign, prefix, digits;
    size_t size() const { return sign.size() + prefix.size() + digits.size(); }
};
// The sign that a number shows: "-", or what `style` ('+', ' ' or '-') asks for.
std::string shown_sign(bool negative, char style);
// Digits of an integer for the types d, o, x, X, b.
NumberParts integer_parts(int64_t value, char type, char sign_style, bool alternate);
NumberParts float_parts(double value, char type, int precision, char sign_style, bool alternate);
// A precision that could be asked for within the limits of any text.
int checked_precision(Interpreter& interpreter, int64_t precision);

} // namespace engine::text::jinja
