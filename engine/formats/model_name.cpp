// Names of models.
#include "engine/formats/model_name.h"

#include <filesystem>

namespace engine::formats {

std::string model_name(const ModelFile& file) {
    if (const std::string* given = file.metadata.string("general.name"); given != nullptr && !given->empty())
        return *given;
    std::filesystem::path path(file.path);
    if (file.container == Container::gguf) return path.stem().string();
    std::error_code unknown; // "." and "model/.." have names, too
    if (const auto whole = std::filesystem::absolute(path, unknown); !unknown)
        path = whole.lexically_normal();
    if (!path.has_filename()) path = path.parent_path();
    // Hugging Face's cache: models--OWNER--NAME/snapshots/REVISION.
    const std::string repository = path.parent_path().parent_path().filename().string();
    if (path.parent_path().filename() == "snapshots" && repository.starts_with("models--"))
        return repository.substr(repository.rfind("--") + 2);
    return path.filename().string();
}

} // namespace engine::formats
