// MultiByteToWideChar() and the prefix of long paths.
#include "engine/platform/windows/wide_text.h"

#include <windows.h>

#include <limits>

namespace engine::platform {

namespace {
template <typename Text>
int length_of(const Text& text) {
    return text.size() > size_t{std::numeric_limits<int>::max()} ? 0 : static_cast<int>(text.size());
}
} // namespace

std::wstring wide_text(std::string_view utf8) {
    const int length = length_of(utf8);
    const int needed = MultiByteToWideChar(CP_UTF8, 0, utf8.data(), length, nullptr, 0);
    std::wstring wide(static_cast<size_t>(needed), L'\0');
    MultiByteToWideChar(CP_UTF8, 0, utf8.data(), length, wide.data(), needed);
    return wide;
}

std::string utf8_text(std::wstring_view wide) {
    const int length = length_of(wide);
    const int needed = WideCharToMultiByte(CP_UTF8, 0, wide.data(), length, nullptr, 0, nullptr, nullptr);
    std::string utf8(static_cast<size_t>(needed), '\0');
    WideCharToMultiByte(CP_UTF8, 0, wide.data(), length, utf8.data(), needed, nullptr, nullptr);
    return utf8;
}

std::wstring wide_path(const std::string& path) {
    constexpr size_t kMostWithoutPrefix =
        240; // 260 less a name of old form, which a folder's path must allow
    const std::wstring given = wide_text(path);
    const DWORD needed = GetFullPathNameW(given.c_str(), 0, nullptr, nullptr);
    std::wstring full(needed, L'\0');
    full.resize(GetFullPathNameW(given.c_str(), needed, full.data(), nullptr));
    if (full.size() < kMostWithoutPrefix || full.starts_with(L"\\\\?\\") || full.starts_with(L"\\\\.\\"))
        return full;
    if (full.starts_with(L"\\\\")) return L"\\\\?\\UNC" + full.substr(1);
    return L"\\\\?\\" + full;
}

} // namespace engine::platform
