// Fuzzes tokenizer.model: any bytes give a tokenizer that keeps its promises and may become a GGUF file's, or
// an error with words.
#include <cstdint>
#include <string>

#include "engine/text/gguf_vocabulary.h"
#include "tokenizer_use.h"

using namespace engine;
using namespace engine::text;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    formats::ModelFile folder;
    folder.container = formats::Container::huggingface;
    folder.tokenizer_model.assign(reinterpret_cast<const char*>(data), size);
    const auto loaded = load_tokenizer(folder);
    if (!loaded.ok()) {
        require(!loaded.error().message.empty());
        return 0;
    }
    use(**loaded);
    formats::Metadata metadata;
    const auto written = write_gguf_vocabulary(folder, (*loaded)->size(), metadata);
    require(written.ok() || !written.error().message.empty());
    return 0;
}
