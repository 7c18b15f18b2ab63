// Markup: texts that count as HTML already, and what HTML has to do with templates of prompts.
#pragma once

#include "engine/text/jinja/text.h"

namespace engine::text::jinja {

class Interpreter;

// escape(): & < > ' " become entities; a Markup stays as it is. The result is a Markup.
Value escape(Interpreter& interpreter, const Value& value);
void write_escaped(const Text& text, TextBuilder& out);
// a + b where one of the texts is a Markup.
Value concatenate_markup(Interpreter& interpreter, const Value& a, const Value& b);
// Markup(text).striptags()
Value strip_tags(Interpreter& interpreter, const Value& text);

} // namespace engine::text::jinja
