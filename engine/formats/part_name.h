// The names of a model's parts: "model-00002-of-00003.gguf".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace engine::formats {

// STEM-NUMBER-of-COUNT; count is 0 for any other name.
struct PartName {
    std::string stem; // with the folder, when the path has one
    int64_t number = 0;
    int64_t count = 0;
};
PartName part_name(std::string_view path, std::string_view ending);
std::string part_path(const PartName& name, int64_t number, std::string_view ending);

} // namespace engine::formats
