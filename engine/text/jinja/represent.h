// str() and repr() of values, written with their origin.
#pragma once

#include <string>

#include "engine/text/jinja/text.h"

namespace engine::text::jinja {

class Interpreter;

void write_str(Interpreter& interpreter, const Value& value, TextBuilder& out);
void write_repr(Interpreter& interpreter, const Value& value, TextBuilder& out);
void write_quoted(const Text& text, TextBuilder& out); // repr(str)

// The value itself when it is a text (a Markup stays one), else str() of it.
Value to_text(Interpreter& interpreter, const Value& value);
// str(): never a Markup.
Value to_plain_text(Interpreter& interpreter, const Value& value);
// For messages: repr() without its origin, cut short.
std::string short_repr(Interpreter& interpreter, const Value& value);

// pprint.pformat().
Value pretty(Interpreter& interpreter, const Value& value);

} // namespace engine::text::jinja
