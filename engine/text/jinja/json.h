// JSON: the input of a template, from_json, and tojson.
#pragma once

#include <string_view>

#include "engine/text/jinja/text.h"

namespace engine::text::jinja {

class Interpreter;

// Objects keep their order. Everything is foreign; so are the texts, unless `origin` says otherwise. Throws a
// value Fault that tells what is wrong and where.
Value parse_json(Heap& heap, std::string_view json, Origin origin = kForeign);

struct JsonStyle {
    bool ensure_ascii = false;
    bool sort_keys = false;
    bool indented = false;
    std::string indent; // of one level
    std::string item_separator = ", ", key_separator = ": ";
};
// json.dumps()
Value dump_json(Interpreter& interpreter, const Value& value, const JsonStyle& style);

} // namespace engine::text::jinja
