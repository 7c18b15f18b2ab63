// Lexer: template source -> tokens, with jinja2's whitespace rules (trim_blocks and lstrip_blocks on).
#pragma once

#include <string_view>
#include <vector>

#include "engine/text/jinja/token.h"

namespace engine::text::jinja {

// Never fails: where the source cannot be read, the last token is a `fault`, so that an earlier mistake which
// only the parser sees is reported first. Source that is not UTF-8 is a fault at its line.
std::vector<Token> tokenize(std::string_view source);

} // namespace engine::text::jinja
