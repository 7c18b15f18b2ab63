// What a model is called: in its file, or by its path.
#pragma once

#include <string>

#include "engine/formats/model_file.h"

namespace engine::formats {

// general.name, else the name of the file, folder or cached repository.
std::string model_name(const ModelFile& file);

} // namespace engine::formats
