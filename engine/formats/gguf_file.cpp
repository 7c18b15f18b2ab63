// Opening GGUF files: the parts of a split set are found by their names and held against what they say of
// themselves (split.no, split.count, split.tensors.count).
#include "engine/formats/gguf_file.h"

#include <filesystem>

#include "engine/formats/gguf.h"
#include "engine/formats/part_name.h"

namespace engine::formats {

namespace {
using platform::MappedFile;
constexpr std::string_view kEnding = ".gguf";
using MappedPart = std::shared_ptr<const MappedFile>;

// Takes over a header's tensors as those of the next part.
Result<void> add_part(ModelFile& model, MappedPart file, GgufHeader header) {
    const auto part = static_cast<uint32_t>(model.parts.size());
    for (TensorEntry& entry : header.tensors) {
        entry.part = part;
        auto added = model.tensors.add(std::move(entry));
        if (!added.ok()) return in_file(file->path(), std::move(added).error());
    }
    model.parts.push_back(std::move(file));
    return {};
}

Result<GgufHeader> header_of(const MappedFile& file) {
    auto header = parse_gguf(file.bytes(), file.bytes().size());
    ENGINE_TRY(file.check());
    if (!header.ok()) return in_file(file.path(), std::move(header).error());
    return header;
}

Error missing_parts(const PartName& name) {
    std::string first;
    int64_t missing = 0;
    for (int64_t i = 1; i <= name.count; ++i) {
        std::error_code ignored;
        if (std::filesystem::exists(part_path(name, i, kEnding), ignored)) continue;
        if (missing++ == 0)
            first = "part " + std::to_string(i) + " of " + std::to_string(name.count) +
                    " is missing: expected at " + part_path(name, i, kEnding);
    }
    if (missing > 1) first += " (" + std::to_string(missing) + " parts are missing)";
    return {ErrorCode::not_found, first, "Put all parts of the model into one folder."};
}

bool all_there(const PartName& name) {
    for (int64_t i = 1; i <= name.count; ++i) {
        std::error_code ignored;
        if (!std::filesystem::exists(part_path(name, i, kEnding), ignored)) return false;
    }
    return true;
}

Result<void> check_part(const std::string& path, const Metadata& metadata, int64_t number, int64_t count) {
    const auto no = metadata.integer("split.no");
    const auto claimed = metadata.integer("split.count");
    if (no && claimed && *no == number - 1 && *claimed == count) return {};
    const auto say = [](std::optional<int64_t> value, int64_t add) {
        return value && *value < 100000 ? std::to_string(*value + add) : std::string("?");
    };
    return Error{ErrorCode::bad_file,
                 path + ": its name says part " + std::to_string(number) + " of " + std::to_string(count) +
                     ", its metadata part " + say(no, 1) + " of " + say(claimed, 0),
                 "Give the parts the names they were published with."};
}

Result<ModelFile> open_split(MappedPart opened, GgufHeader header) {
    const std::string opened_path = opened->path();
    const PartName name = part_name(opened_path, kEnding);
    if (name.count == 0)
        return Error{ErrorCode::bad_file,
                     opened_path + " is part of a split model, but its name does not end with -00001-of-" +
                         "00002.gguf or the like, so that the other parts cannot be found",
                     "Give the parts the names they were published with."};
    ENGINE_TRY(check_part(opened_path, header.metadata, name.number, name.count));
    if (!all_there(name)) return missing_parts(name);

    ModelFile model;
    model.path = part_path(name, 1, kEnding);
    int64_t expected = -1;
    for (int64_t i = 1; i <= name.count; ++i) {
        MappedPart file = opened;
        GgufHeader part;
        if (i == name.number) {
            part = std::move(header);
        } else {
            ENGINE_ASSIGN(file, MappedFile::open(part_path(name, i, kEnding)));
            ENGINE_ASSIGN(part, header_of(*file));
            ENGINE_TRY(check_part(file->path(), part.metadata, i, name.count));
        }
        if (i == 1) {
            model.metadata = std::move(part.metadata);
            expected = model.metadata.integer("split.tensors.count").value_or(-1);
        }
        ENGINE_TRY(add_part(model, std::move(file), std::move(part)));
    }
    const auto found = static_cast<int64_t>(model.tensors.entries().size());
    if (expected >= 0 && expected != found)
        return Error{ErrorCode::bad_file,
                     model.path + ": the parts should hold " + std::to_string(expected) +
                         " tensors, but hold " + std::to_string(found),
                     "The parts may come from different models: download them again."};
    return model;
}
} // namespace

Error in_file(const std::string& path, Error error) {
    error.message = path + ": " + error.message;
    return error;
}

Result<ModelFile> open_gguf(MappedPart file) {
    ENGINE_ASSIGN(GgufHeader header, header_of(*file));
    if (header.metadata.integer("split.count").value_or(1) > 1)
        return open_split(std::move(file), std::move(header));
    ModelFile model;
    model.path = file->path();
    model.metadata = std::move(header.metadata);
    ENGINE_TRY(add_part(model, std::move(file), std::move(header)));
    return model;
}

} // namespace engine::formats
