// open_model_file: which format lies behind a path.
#include <filesystem>

#include "engine/formats/gguf_file.h"
#include "engine/formats/huggingface_folder.h"

namespace engine::formats {

namespace {
bool belongs_to_folder(const std::filesystem::path& path) {
    const std::string name = path.filename().string();
    return name.ends_with(".safetensors") || name.ends_with(".safetensors.index.json") ||
           name == "config.json" || name == "tokenizer.json" || name == "tokenizer.model";
}
} // namespace

Result<ModelFile> open_model_file(const std::string& path) {
    if (path.empty())
        return Error{ErrorCode::invalid_argument, "the path of the model is empty",
                     "Choose a file or a folder."};
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) return open_huggingface_folder(path);
    ENGINE_ASSIGN(auto file, platform::MappedFile::open(path));
    if (belongs_to_folder(path)) {
        const auto folder = std::filesystem::path(path).parent_path();
        return open_huggingface_folder(folder.empty() ? "." : folder.string());
    }
    return open_gguf(std::move(file));
}

} // namespace engine::formats
