// A GGUF model on disk: one file, or all parts of a split one.
#pragma once

#include <memory>
#include <string>

#include "engine/base/result.h"
#include "engine/formats/model_file.h"

namespace engine::formats {

Result<ModelFile> open_gguf(std::shared_ptr<const platform::MappedFile> file);

// The same error, said of a file.
Error in_file(const std::string& path, Error error);

} // namespace engine::formats
