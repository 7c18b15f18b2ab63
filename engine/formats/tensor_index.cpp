// TensorIndex: the tensors of a model in file order, found by name; and views of their bytes.
#include "engine/base/check.h"
#include "engine/formats/model_file.h"
#include "engine/formats/printable.h"

namespace engine::formats {

Result<void> TensorIndex::add(TensorEntry entry) {
    if (!by_name_.emplace(entry.name, entries_.size()).second)
        return Error{ErrorCode::bad_file, "tensor " + printable(entry.name) + " is there twice",
                     "The file is damaged or was written by a faulty converter."};
    entries_.push_back(std::move(entry));
    return {};
}

const TensorEntry* TensorIndex::find(std::string_view name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : &entries_[found->second];
}

TensorView ModelFile::tensor(const TensorEntry& entry) const {
    ENGINE_CHECK(entry.part < parts.size());
    const auto bytes = parts[entry.part]->bytes();
    ENGINE_CHECK(entry.offset <= bytes.size() && entry.bytes <= bytes.size() - entry.offset);
    return {bytes.data() + entry.offset, entry.dtype, entry.shape};
}

Result<void> ModelFile::check() const {
    for (const auto& part : parts)
        ENGINE_TRY(part->check());
    return {};
}

} // namespace engine::formats
