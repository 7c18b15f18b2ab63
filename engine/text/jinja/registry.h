// The filters, tests, global functions and methods that templates can name.
#pragma once

#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/text/jinja/value.h"

namespace engine::text::jinja {

class Interpreter;

// What a call passes.
struct Arguments {
    Values positional;
    std::vector<std::pair<std::string, Value>> named;
};

struct FilterInfo {
    std::string_view name;
    Value (*apply)(Interpreter&, const Value& subject, Arguments& arguments);
};

struct TestInfo {
    std::string_view name;
    bool (*holds)(Interpreter&, const Value& subject, Arguments& arguments);
};

using FunctionPointer = Value (*)(Interpreter&, Arguments& arguments);
using MethodPointer = Value (*)(Interpreter&, const Value& self, Arguments& arguments);

struct MethodInfo {
    std::string_view name;
    MethodPointer call;
};

struct FunctionInfo {
    std::string_view name;
    FunctionPointer call;
};

// null when there is none of that name.
const FilterInfo* find_filter(std::string_view name);
const TestInfo* find_test(std::string_view name);
const FunctionInfo* find_function(std::string_view name);

std::span<const FilterInfo> text_filters();
std::span<const FilterInfo> number_filters();
std::span<const FilterInfo> sequence_filters();

// Methods by the type of the object.
const MethodInfo* find_method(const Value& object, std::string_view name);
std::span<const MethodInfo> text_methods();
Value make_dict_from_keys(Interpreter& interpreter, const Value& self,
                          Arguments& arguments); // dict.fromkeys()

// A bound method, and a global function.
struct Method : Object {
    Method(Value s, const MethodInfo& i) : Object(Kind::method), self(std::move(s)), info(i) {}
    const Value self;
    const MethodInfo& info;
};
struct Function : Object {
    explicit Function(const FunctionInfo& i) : Object(Kind::function), info(i) {}
    const FunctionInfo& info;
};

// Binds what was passed to parameters, Python's way; what was not passed stays missing. `required` of them
// must be there. Throws a TypeError.
template <size_t n>
struct Bound {
    Value values[n];
    const Value& operator[](size_t i) const { return values[i]; }
    bool has(size_t i) const { return !values[i].is_missing(); }
};
void bind_arguments(std::string_view function, std::span<const std::string_view> names, size_t required,
                    Arguments& arguments, Value* out);
template <size_t n>
Bound<n> bind_parameters(std::string_view function, const std::string_view (&names)[n], size_t required,
                         Arguments& arguments) {
    Bound<n> bound;
    bind_arguments(function, names, required, arguments, bound.values);
    return bound;
}
// For functions whose parameters have no names.
void bind_nothing(std::string_view function, const Arguments& arguments);

} // namespace engine::text::jinja
