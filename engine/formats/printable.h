// printable: names out of files, made fit to stand in a message.
#pragma once

#include <string>
#include <string_view>

namespace engine::formats {

bool is_utf8(std::string_view text);

// In quotes; control characters and bytes that are not UTF-8 become '?', all after 96 bytes becomes "...".
std::string printable(std::string_view name);

} // namespace engine::formats
