// Literals: numbers and the escapes of strings in the source of templates.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace engine::text::jinja {

struct NumberLiteral {
    size_t end = 0;
    bool is_float = false;
    int64_t integer = 0;
    double floating = 0;
};

// The number that begins with the digit at `at`. Throws a syntax Fault when it is too large.
NumberLiteral read_number_literal(std::string_view source, size_t at);

// Python's escapes in a string that ends at `end`; `position` is behind the backslash. Returns where to go
// on.
size_t read_escape(std::string_view source, size_t position, size_t end, std::string& out);

} // namespace engine::text::jinja
