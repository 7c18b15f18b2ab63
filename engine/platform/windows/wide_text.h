// Texts and paths of this program are UTF-8; Windows's functions take UTF-16.
#pragma once

#include <string>
#include <string_view>

namespace engine::platform {

std::wstring wide_text(
    std::string_view utf8); // bytes that are no UTF-8 become U+FFFD, which no file is called
std::string utf8_text(std::wstring_view wide);

// The absolute path, in the form that may be longer than 260 characters where it has to be.
std::wstring wide_path(const std::string& path);

} // namespace engine::platform
