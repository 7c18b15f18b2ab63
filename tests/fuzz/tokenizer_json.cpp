// Fuzzes tokenizer.json: any bytes give a tokenizer that keeps its promises, or an error with words.
#include <cstdint>
#include <string_view>

#include "tokenizer_use.h"

using namespace engine::text;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    // What stands behind the first zero byte is tokenizer_config.json.
    const std::string_view all(reinterpret_cast<const char*>(data), size);
    const size_t end = all.find('\0');
    const auto loaded = load_tokenizer_json(
        all.substr(0, end), end == std::string_view::npos ? std::string_view() : all.substr(end + 1));
    if (loaded.ok())
        use(**loaded);
    else
        require(!loaded.error().message.empty());
    return 0;
}
