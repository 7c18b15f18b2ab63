// general.file_type: the mixtures of number formats that GGUF files are made in, by number and as people say
// them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace engine::formats {

std::optional<std::string_view> file_type_name(int64_t number); // "Q4_K_M"
std::optional<int64_t> file_type_number(std::string_view name); // exact spelling

} // namespace engine::formats
