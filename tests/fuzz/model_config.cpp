// Fuzz: bytes as a GGUF header ("GGUF" in front) or as config.json -> spec, rope tables, inventory.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "engine/formats/gguf.h"
#include "engine/model/registry.h"
#include "engine/model/rope.h"

using namespace engine;

namespace {

void describe(const formats::ModelFile& file) {
    const auto spec = model::read_spec(file);
    if (!spec.ok()) {
        if (spec.error().message.empty()) std::abort();
        return;
    }
    for (const model::RopeSpec& rope : spec->ropes) {
        const std::vector<float> divisors(rope.divided_by_weight ? static_cast<size_t>(rope.dims / 2) : 0,
                                          2.0f);
        for (const int64_t length : {int64_t{1}, int64_t{5000}, int64_t{1} << 31}) {
            if (static_cast<int64_t>(model::rope_table(rope, length, divisors).frequencies.size()) !=
                rope.dims / 2)
                std::abort();
        }
    }
    const auto inventory = model::take_inventory(*spec, file);
    if (!inventory.ok()) return;
    const int64_t active = inventory->active_parameters(*spec);
    if (active < 0 || active > inventory->parameters()) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    formats::ModelFile file;
    if (text.starts_with("GGUF")) {
        // As large as its tensors say: no byte of them is read.
        auto header =
            formats::parse_gguf({reinterpret_cast<const std::byte*>(data), size}, uint64_t{1} << 62);
        if (!header.ok()) return 0;
        file.metadata = std::move(header->metadata);
        for (auto& tensor : header->tensors) {
            if (!file.tensors.add(std::move(tensor)).ok()) return 0;
        }
    } else {
        file.container = formats::Container::huggingface;
        file.config_json = text;
    }
    describe(file);
    return 0;
}
