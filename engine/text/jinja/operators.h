// Operators: Python's arithmetic, comparisons and subscripts on values.
#pragma once

#include "engine/text/jinja/tree.h"
#include "engine/text/jinja/value.h"

namespace engine::text::jinja {

class Interpreter;

// comparison.cpp
bool truth(Interpreter& interpreter, const Value& value);
bool equal(Interpreter& interpreter, const Value& a, const Value& b);
bool compare(Interpreter& interpreter, Operator op, const Value& a,
             const Value& b); // eq, ne, lt, ..., in, not_in
bool contains(Interpreter& interpreter, const Value& container, const Value& item);

// operators.cpp
Value binary(Interpreter& interpreter, Operator op, const Value& a, const Value& b);
Value unary(Interpreter& interpreter, Operator op, const Value& value);

// object.name and object[key] with jinja2's fall-backs from one to the other; Undefined when neither is
// there.
Value get_attribute(Interpreter& interpreter, const Value& object, std::string_view name);
Value get_item(Interpreter& interpreter, const Value& object, const Value& key);
// What Python's getattr finds, missing when there is no such attribute. What the sandbox hides is Undefined.
Value python_attribute(Interpreter& interpreter, const Value& object, std::string_view name);
// object[start:stop:step]; absent parts are missing.
Value get_slice(Interpreter& interpreter, const Value& object, const Value& start, const Value& stop,
                const Value& step);

// An index or count: an integer, else a TypeError that names `what`.
int64_t to_index(const Value& value, std::string_view what);
// A number as float: float(value) without texts. Throws a TypeError.
double to_double(const Value& value);

const char* symbol_of(Operator op);
[[noreturn]] void overflow(std::string_view what);
[[noreturn]] void refuse_big(const Value& a, const Value& b); // one of them is beyond 64 bits

} // namespace engine::text::jinja
