// ScratchFolder: a new folder with a name that is hard on file functions, gone at the end.
#pragma once

#include <filesystem>
#include <random>
#include <string>

namespace portable {

class ScratchFolder {
 public:
    ScratchFolder() {
        path_ = std::filesystem::temp_directory_path() / u8"tandem größe 模型 ";
        path_ += std::to_string(std::random_device()());
        std::filesystem::create_directory(path_);
    }
    ~ScratchFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    // As the engine takes paths: UTF-8 with slashes.
    std::string file(const std::string& name) const {
        const std::u8string text = path_.generic_u8string() + u8"/";
        return std::string(text.begin(), text.end()) + name;
    }

 private:
    std::filesystem::path path_;
};

} // namespace portable
