// Charsmap: sentencepiece's precompiled table of character replacements.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace engine::text {

// The table is a double array (darts-clone's units, little-endian) behind its size in bytes, and then
// replacement texts that end with zero bytes. Every index is checked when it is used.
class Charsmap {
 public:
    // Errors: bad_file. An empty blob is a table without replacements.
    static Result<Charsmap> parse(std::string_view blob);
    bool empty() const { return units_.empty(); }

    struct Found {
        size_t length = 0; // of the matched prefix; 0: none
        std::string_view replacement;
    };
    Found longest_prefix(std::string_view text) const;  // what sentencepiece replaces
    Found shortest_prefix(std::string_view text) const; // what Hugging Face's Precompiled looks at

    // Hugging Face's way: grapheme clusters of less than 6 bytes that begin with an entry become its
    // replacement as a whole, other clusters are replaced character by character.
    std::string apply_by_graphemes(std::string_view text) const;

 private:
    Found walk(std::string_view text, bool stop_at_first) const;
    std::vector<uint32_t> units_;
    std::string replacements_;
};

} // namespace engine::text
