// Token: a word of the template language, with its line.
#pragma once

#include <cstdint>
#include <string>

namespace engine::text::jinja {

enum class TokenType : uint8_t {
    data,           // text between the tags
    variable_begin, // {{
    variable_end,
    block_begin, // {%
    block_end,
    name,
    string,
    integer,
    floating,
    op,    // text holds the operator
    fault, // the source cannot be read on: text holds the reason
    end,
};

struct Token {
    TokenType type = TokenType::end;
    int line = 1;
    std::string text; // of strings: with the escapes resolved
    int64_t integer = 0;
    double floating = 0;
};

} // namespace engine::text::jinja
