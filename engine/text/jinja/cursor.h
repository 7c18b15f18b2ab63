// Cursor: Python's iteration over any value; Lazy: values that are made while they are read.
#pragma once

#include "engine/text/jinja/value.h"

namespace engine::text::jinja {

class Interpreter;

// A generator or iterator: reading it uses it up.
struct Lazy : Object {
    Lazy() : Object(Kind::lazy) {}
    virtual bool next(Interpreter& interpreter, Value& item) = 0;
};

class Cursor {
 public:
    Cursor() = default;
    // Throws a TypeError when the value cannot be iterated over.
    explicit Cursor(Value iterable);
    bool next(Interpreter& interpreter, Value& item); // costs a step
    void reset() { iterable_ = Value(); }

 private:
    Value iterable_; // missing: at the end
    size_t position_ = 0;
};

bool is_iterable(const Value& value);
// list(value)
Values collect(Interpreter& interpreter, const Value& iterable);
// len(value), or -1 when it has none.
int64_t length_of(Interpreter& interpreter, const Value& value);

} // namespace engine::text::jinja
