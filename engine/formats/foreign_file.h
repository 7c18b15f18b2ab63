// What people open by mistake instead of a model.
#pragma once

#include <cstddef>
#include <span>

namespace engine::formats {

// What the first bytes of a file that is no model look like, as a hint; nullptr when they say nothing.
const char* foreign_file_hint(std::span<const std::byte> bytes);

} // namespace engine::formats
