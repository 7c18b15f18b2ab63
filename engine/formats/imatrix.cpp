// Imatrix files; source: llama.cpp's tools/imatrix README.
#include "engine/formats/imatrix.h"

#include <cmath>
#include <cstring>

#include "engine/formats/gguf_types.h"
#include "engine/formats/printable.h"

namespace engine::formats {

namespace {
constexpr std::string_view kSums = ".in_sum2";
constexpr std::string_view kCounts = ".counts";

Error bad(std::string_view tensor, const std::string& what) {
    return {ErrorCode::bad_file, "importance matrix, tensor " + printable(tensor) + ": " + what,
            "Measure it again with llama-imatrix."};
}

float number_at(const TensorView& view, int64_t i) {
    float f;
    std::memcpy(&f, view.data + 4 * i, 4);
    return f;
}

Result<ColumnImportance> read_one(const ModelFile& file, const TensorEntry& sums, const TensorEntry& counts) {
    if (sums.dtype != DType::F32 || counts.dtype != DType::F32) return bad(sums.name, "its type is not F32");
    ColumnImportance out{sums.shape.inner(), sums.shape.rows(), {}};
    if (out.columns < 1 || out.experts < 1) return bad(sums.name, "it is empty");
    if (counts.shape.elements() != out.experts)
        return bad(counts.name, "it has " + std::to_string(counts.shape.elements()) + " numbers for " +
                                    std::to_string(out.experts) + " experts");
    const TensorView from = file.tensor(sums), count = file.tensor(counts);
    out.mean_square.resize(static_cast<size_t>(out.columns * out.experts));
    for (int64_t e = 0; e < out.experts; ++e) {
        const float n = number_at(count, e);
        if (!(n >= 0) || !std::isfinite(n)) return bad(counts.name, "a count is below zero or no number");
        for (int64_t c = 0; c < out.columns; ++c) {
            const float sum = number_at(from, e * out.columns + c);
            if (!(sum >= 0) || !std::isfinite(sum))
                return bad(sums.name, "a sum of squares is below zero or no number");
            out.mean_square[static_cast<size_t>(e * out.columns + c)] = n > 0 ? sum / n : 0;
        }
    }
    return out;
}

Error old_form(const std::string& path) {
    return {ErrorCode::unsupported,
            path + " is no GGUF file; importance matrices in the old form (.dat) are not read",
            "Convert it: llama-imatrix --in-file OLD.dat -o NEW.gguf"};
}
} // namespace

const ColumnImportance* Imatrix::find(std::string_view tensor) const {
    const auto at = tensors_.find(tensor);
    return at == tensors_.end() ? nullptr : &at->second;
}

void Imatrix::add(std::string tensor, ColumnImportance importance) {
    tensors_.insert_or_assign(std::move(tensor), std::move(importance));
}

Result<Imatrix> read_imatrix(const ModelFile& file) {
    const std::string* type = file.metadata.string("general.type");
    if (type == nullptr || *type != "imatrix")
        return Error{ErrorCode::bad_file, file.path + " holds no importance matrix",
                     "Its general.type must be \"imatrix\": llama-imatrix writes such files."};
    Imatrix out;
    out.path = file.path;
    out.chunks = file.metadata.integer("imatrix.chunk_count").value_or(0);
    if (const auto* datasets = file.metadata.strings("imatrix.datasets")) out.datasets = *datasets;
    for (const TensorEntry& sums : file.tensors.entries()) {
        if (!sums.name.ends_with(kSums)) continue;
        std::string weight = sums.name.substr(0, sums.name.size() - kSums.size());
        const TensorEntry* counts = file.tensors.find(weight + std::string(kCounts));
        if (counts == nullptr) return bad(sums.name, "its counts are not in the file");
        ENGINE_ASSIGN(ColumnImportance importance, read_one(file, sums, *counts));
        out.add(std::move(weight), std::move(importance));
    }
    if (out.size() == 0)
        return Error{ErrorCode::bad_file, file.path + " holds no importances", "Measure it again."};
    return out;
}

Result<Imatrix> read_imatrix(const std::string& path) {
    {
        ENGINE_ASSIGN(const auto mapped, platform::MappedFile::open(path));
        const auto bytes = mapped->bytes();
        if (bytes.size() < 4 || std::memcmp(bytes.data(), kGgufMagic, 4) != 0) return old_form(path);
    }
    ENGINE_ASSIGN(const ModelFile file, open_model_file(path));
    return read_imatrix(file);
}

} // namespace engine::formats
