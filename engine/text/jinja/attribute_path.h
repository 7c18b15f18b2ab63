// AttributePath: "a.b.0", as filters name what they look up in each item.
#pragma once

#include "engine/text/jinja/value.h"

namespace engine::text::jinja {

class Interpreter;

class AttributePath {
 public:
    AttributePath() = default; // the item itself
    AttributePath(Interpreter& interpreter, const Value& attribute);
    // `fallback`: what stands for an undefined value on the way, when it is not missing or none.
    Value get(Interpreter& interpreter, Value item, const Value& fallback = Value()) const;

 private:
    Values parts_;
};

} // namespace engine::text::jinja
