// SafetensorsWriter: everything is checked before the first byte is written.
#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

#include "engine/formats/printable.h"
#include "engine/formats/safetensors.h"
#include "engine/formats/tensor_output.h"
#include "engine/platform/atomic_file.h"

namespace engine::formats {

namespace {
std::string quoted(const std::string& text) {
    return nlohmann::json(text).dump(); // text is UTF-8: checked before
}

Result<void> check(const std::string& name, const TensorView& view) {
    const auto refuse = [&](const std::string& what) {
        return Error{ErrorCode::invalid_argument, "tensor " + printable(name) + ": " + what, ""};
    };
    if (!is_utf8(name)) return refuse("its name is not UTF-8");
    if (name == "__metadata__") return refuse("this name is reserved");
    if (!is_safetensors_dtype(view.dtype))
        return refuse("safetensors has no type " + std::string(base::name(view.dtype)));
    int64_t values = traits(view.dtype).block_bytes; // an upper bound of the bytes
    for (int i = 0; i < view.shape.rank; ++i) {
        if (view.shape[i] < 0 || __builtin_mul_overflow(values, std::max<int64_t>(view.shape[i], 1), &values))
            return refuse("its extents are not possible");
    }
    if (view.shape.inner() % traits(view.dtype).block_size != 0)
        return refuse("its rows do not fill whole bytes");
    if (view.data == nullptr && view.bytes() > 0) return refuse("it has no data");
    return {};
}

std::string described(const std::string& name, const TensorView& view, int64_t start) {
    std::string text =
        quoted(name) + ":{\"dtype\":\"" + std::string(base::name(view.dtype)) + "\",\"shape\":[";
    for (int i = 0; i < view.shape.rank; ++i)
        text += (i == 0 ? "" : ",") + std::to_string(view.shape[i]);
    return text + "],\"data_offsets\":[" + std::to_string(start) + "," +
           std::to_string(start + view.bytes()) + "]}";
}

Result<std::string> metadata_text(const std::vector<std::pair<std::string, std::string>>& metadata) {
    std::string text;
    for (const auto& [key, value] : metadata) {
        if (!is_utf8(key) || !is_utf8(value))
            return Error{ErrorCode::invalid_argument, "metadata " + printable(key) + " is not UTF-8", ""};
        text += (text.empty() ? "" : ",") + quoted(key) + ":" + quoted(value);
    }
    return text.empty() ? text : "\"__metadata__\":{" + text + "}";
}
} // namespace

void SafetensorsWriter::add_tensor(std::string name, const TensorView& view) {
    tensors_.push_back({std::move(name), view});
}

Result<void> SafetensorsWriter::write(const std::string& path, const Progress& progress,
                                      const StopToken& stop) const {
    std::vector<const Pending*> in_order;
    NameTable names;
    for (const Pending& tensor : tensors_) {
        ENGINE_TRY(check(tensor.name, tensor.view));
        if (!names.emplace(tensor.name, 0).second)
            return Error{ErrorCode::invalid_argument, "tensor " + printable(tensor.name) + " was added twice",
                         ""};
        in_order.push_back(&tensor);
    }
    std::stable_sort(in_order.begin(), in_order.end(), [](const Pending* a, const Pending* b) {
        return traits(a->view.dtype).block_bytes > traits(b->view.dtype).block_bytes;
    });

    ENGINE_ASSIGN(std::string header, metadata_text(metadata));
    int64_t data_bytes = 0;
    for (const Pending* tensor : in_order) {
        header += (header.empty() ? "" : ",") + described(tensor->name, tensor->view, data_bytes);
        if (__builtin_add_overflow(data_bytes, tensor->view.bytes(), &data_bytes))
            return Error{ErrorCode::invalid_argument, "the tensors are too large for one file", ""};
    }
    header = "{" + header + "}";
    header.resize((header.size() + 7) / 8 * 8, ' '); // as the reference does: the data start aligned

    const uint64_t length = header.size();
    const uint64_t total = sizeof(length) + length + static_cast<uint64_t>(data_bytes);
    ENGINE_ASSIGN(auto file, platform::AtomicFile::create(path, total));
    TensorOutput out(file, total, progress, stop);
    ENGINE_TRY(out.append(std::as_bytes(std::span(&length, 1))));
    ENGINE_TRY(out.append(std::as_bytes(std::span(header))));
    for (const Pending* tensor : in_order)
        ENGINE_TRY(out.append({tensor->view.data, static_cast<size_t>(tensor->view.bytes())}));
    return file.commit();
}

} // namespace engine::formats
