// GGUF files of any architecture are taken as they are; folders are exported.
#include "engine/convert/source.h"

#include <cstring>
#include <utility>

#include "engine/formats/model_name.h"
#include "engine/model/registry.h"
#include "engine/text/gguf_vocabulary.h"

namespace engine::convert {

namespace {

Source of_gguf(const formats::ModelFile& file) {
    Source source;
    for (const auto& [key, value] : file.metadata.entries()) {
        if (!key.starts_with("split.")) source.model.metadata.set(key, value); // the output is one file
    }
    for (const formats::TensorEntry& entry : file.tensors.entries()) {
        const TensorView view = file.tensor(entry);
        const auto bytes = static_cast<size_t>(row_bytes(entry.dtype, entry.shape.inner()));
        source.model.tensors.push_back({entry, entry.dtype, [view, bytes](int64_t row, std::byte* to) {
                                            std::memcpy(to, view.row(row), bytes);
                                        }});
    }
    return source;
}

Result<Source> of_folder(const formats::ModelFile& file) {
    Source source;
    ENGINE_ASSIGN(const model::ModelSpec spec, model::read_spec(file));
    ENGINE_ASSIGN(const model::Inventory inventory, model::take_inventory(spec, file));
    ENGINE_ASSIGN(source.model, model::gguf_model(spec, inventory, file));
    source.model.metadata.set_string("general.type", "model");
    source.model.metadata.set_string("general.name", formats::model_name(file));
    ENGINE_ASSIGN(source.warnings, text::write_gguf_vocabulary(file, spec.vocabulary, source.model.metadata));
    return source;
}

} // namespace

Result<Source> open_source(const formats::ModelFile& file) {
    if (file.tensors.entries().empty())
        return Error{ErrorCode::invalid_argument, file.path + " holds no weights", "Choose another file."};
    if (file.container == formats::Container::gguf) return of_gguf(file);
    return of_folder(file);
}

} // namespace engine::convert
