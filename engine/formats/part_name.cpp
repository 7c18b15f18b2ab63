// Part numbers have five digits in both GGUF and safetensors sets.
#include "engine/formats/part_name.h"

#include <algorithm>
#include <optional>

namespace engine::formats {

namespace {
std::optional<int64_t> five_digits(std::string_view text) {
    if (text.size() != 5) return std::nullopt;
    int64_t value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

std::string padded(int64_t n) {
    const std::string digits = std::to_string(n);
    return std::string(5 - std::min<size_t>(5, digits.size()), '0') + digits;
}
} // namespace

PartName part_name(std::string_view path, std::string_view ending) {
    constexpr std::string_view kOf = "-of-";
    constexpr size_t kSuffix = 1 + 5 + kOf.size() + 5;
    if (!path.ends_with(ending)) return {};
    path.remove_suffix(ending.size());
    if (path.size() < kSuffix) return {};
    const std::string_view suffix = path.substr(path.size() - kSuffix);
    const auto number = five_digits(suffix.substr(1, 5));
    const auto count = five_digits(suffix.substr(10));
    if (suffix[0] != '-' || suffix.substr(6, kOf.size()) != kOf || !number || !count) return {};
    if (*number < 1 || *number > *count) return {};
    return {std::string(path.substr(0, path.size() - kSuffix)), *number, *count};
}

std::string part_path(const PartName& name, int64_t number, std::string_view ending) {
    return name.stem + "-" + padded(number) + "-of-" + padded(name.count) + std::string(ending);
}

} // namespace engine::formats
