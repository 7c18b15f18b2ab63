// Which tokens end a reply.
#pragma once

#include <string_view>
#include <vector>

#include "engine/text/vocabulary.h"

namespace engine::text {

// `named`: the ids that the file calls end of text, turn or message. Added to them are control and
// user-defined tokens with the texts that published models end their turns with.
std::vector<TokenId> find_end_tokens(const Vocabulary& vocabulary, std::vector<TokenId> named);

} // namespace engine::text
