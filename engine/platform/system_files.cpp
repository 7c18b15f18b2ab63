// Nothing here trusts a file: what cannot be read counts as not there.
#include "engine/platform/system_files.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <limits>

namespace engine::platform {

std::optional<std::string> first_line(const std::string& path) {
    std::ifstream file(path);
    std::string line;
    if (!std::getline(file, line)) return std::nullopt;
    return line;
}

std::optional<int64_t> number(std::string_view text) {
    int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end == text.data()) return std::nullopt;
    return value;
}

std::vector<int> number_list(std::string_view text) {
    constexpr int64_t kMost = 1 << 16; // Linux stops at 8192 processors
    std::vector<char> is_in(kMost);
    while (!text.empty()) {
        const size_t comma = std::min(text.find(','), text.size());
        const std::string_view piece = text.substr(0, comma);
        text.remove_prefix(std::min(comma + 1, text.size()));
        const size_t dash = piece.find('-');
        const auto first = number(piece);
        const auto last = dash == std::string_view::npos ? first : number(piece.substr(dash + 1));
        if (!first || !last || *first < 0 || *last >= kMost || *first > *last) continue;
        std::fill(is_in.begin() + *first, is_in.begin() + *last + 1, char{1});
    }
    std::vector<int> found;
    for (int i = 0; i < kMost; ++i) {
        if (is_in[static_cast<size_t>(i)]) found.push_back(i);
    }
    return found;
}

std::string value_of(const std::string& path, const std::string& key) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        const size_t at = line.find(key + ":");
        if (at == std::string::npos || (at > 0 && line[at - 1] != ' ')) continue;
        const size_t value = line.find_first_not_of(" \t", at + key.size() + 1);
        return value == std::string::npos ? "" : line.substr(value);
    }
    return "";
}

std::optional<int64_t> kibibytes_of(const std::string& path, const std::string& key) {
    const auto kib = number(value_of(path, key));
    if (!kib || *kib < 0 || *kib > std::numeric_limits<int64_t>::max() / 1024) return std::nullopt;
    return *kib * 1024;
}

} // namespace engine::platform
