// Recognised by their first bytes.
#include "engine/formats/foreign_file.h"

#include <algorithm>
#include <string_view>

namespace engine::formats {

const char* foreign_file_hint(std::span<const std::byte> bytes) {
    const std::string_view start(reinterpret_cast<const char*>(bytes.data()),
                                 std::min<size_t>(bytes.size(), 32));
    if (start.starts_with("version https://git-lfs"))
        return "This is a Git LFS pointer, not the model itself: download the file it points to.";
    if (start.starts_with("<!DOCTYPE") || start.starts_with("<!doctype") || start.starts_with("<html"))
        return "This is a web page, probably the error page of a failed download.";
    if (start.starts_with("lmgg") || start.starts_with("fmgg") || start.starts_with("tjgg"))
        return "This is an older GGML file: look for a GGUF conversion of the model.";
    if (start.starts_with("PK\x03\x04"))
        return "This is a ZIP archive, perhaps a PyTorch file: look for a GGUF or safetensors version of the "
               "model.";
    if (start.starts_with("GGUF")) return "This is a GGUF file: give it a name that ends with .gguf.";
    return nullptr;
}

} // namespace engine::formats
