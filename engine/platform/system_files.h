// Reading the small text files in which Linux describes the machine.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine::platform {

std::optional<std::string> first_line(const std::string& path); // nullopt: not there, or empty
std::optional<int64_t> number(std::string_view text);           // the number that the text begins with

// "0-3,8" gives 0 1 2 3 8, rising, each once; what is no number or absurdly large is left out.
std::vector<int> number_list(std::string_view text);

// What stands behind "KEY:" in a file of such lines, also behind words before it ("Node 0 MemTotal: 8 kB");
// "" when no line has it.
std::string value_of(const std::string& path, const std::string& key);
std::optional<int64_t> kibibytes_of(const std::string& path, const std::string& key); // in bytes

} // namespace engine::platform
