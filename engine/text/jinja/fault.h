// Fault: why a template cannot be parsed or rendered; thrown inside this folder only, caught by ChatTemplate.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "engine/text/utf8.h"

namespace engine::text::jinja {

// Python's exception classes as far as a template can tell them apart (filters that catch TypeError).
enum class FaultKind {
    syntax,    // the source is not a template
    type,      // TypeError
    value,     // ValueError, and everything else that is about one value
    lookup,    // IndexError, KeyError
    overflow,  // OverflowError, also: beyond the 64-bit integers computed here
    undefined, // UndefinedError and SecurityError
    raised,    // raise_exception() and jinja2's TemplateRuntimeError
    limit,     // steps, output, memory or depth: never caught by a filter
};

struct Fault {
    FaultKind kind;
    std::string reason;
    int line = 0; // 0 until the innermost construct that was being evaluated puts its line here
};

[[noreturn]] inline void fail(FaultKind kind, std::string reason, int line = 0) {
    throw Fault{kind, std::move(reason), line};
}
[[noreturn]] inline void type_error(std::string reason) {
    fail(FaultKind::type, std::move(reason));
}
[[noreturn]] inline void value_error(std::string reason) {
    fail(FaultKind::value, std::move(reason));
}

// The beginning of a text, whole characters.
inline std::string_view shortened(std::string_view text, size_t most) {
    if (text.size() <= most) return text;
    text = text.substr(0, most);
    return text.substr(0, utf8_complete_prefix(text));
}

// 'name' as Python quotes names in its messages (the names are identifiers or short texts).
inline std::string quoted(std::string_view name) {
    std::string out = "'";
    out.append(shortened(name, 200)).append("'");
    return out;
}

} // namespace engine::text::jinja
