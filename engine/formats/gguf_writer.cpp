// GgufWriter: everything is checked before the first byte is written.
#include <algorithm>
#include <limits>
#include <memory>
#include <new>

#include "engine/formats/gguf.h"
#include "engine/formats/gguf_types.h"
#include "engine/formats/printable.h"
#include "engine/formats/tensor_output.h"
#include "engine/platform/atomic_file.h"

namespace engine::formats {

namespace {
constexpr size_t kLongestTensorName = 63;        // llama.cpp's GGML_MAX_NAME, less its closing zero
constexpr size_t kLongestKey = 65535;            // the specification's
constexpr uint64_t kLargestAlignment = 1u << 20; // beyond it a file would be mostly padding

// The header's bytes, little-endian, as the machines this runs on.
class HeaderBytes {
 public:
    template <typename T>
    void number(T value) {
        const auto* bytes = reinterpret_cast<const std::byte*>(&value);
        bytes_.insert(bytes_.end(), bytes, bytes + sizeof(T));
    }
    void string(std::string_view text) {
        number<uint64_t>(text.size());
        const auto* bytes = reinterpret_cast<const std::byte*>(text.data());
        bytes_.insert(bytes_.end(), bytes, bytes + text.size());
    }
    void pad(uint64_t alignment) { bytes_.resize(align_up(bytes_.size(), alignment)); }
    std::vector<std::byte> take() { return std::move(bytes_); }

 private:
    std::vector<std::byte> bytes_;
};

template <typename T>
bool put_integer(HeaderBytes& out, int64_t value) {
    if constexpr (sizeof(T) < sizeof(int64_t)) {
        if (value < int64_t{std::numeric_limits<T>::min()} || value > int64_t{std::numeric_limits<T>::max()})
            return false;
    }
    out.number(static_cast<T>(value));
    return true;
}

// False when `value` does not fit `type`.
bool put(HeaderBytes& out, ValueType type, int64_t value) {
    switch (type) {
        case ValueType::u8:
            return put_integer<uint8_t>(out, value);
        case ValueType::i8:
            return put_integer<int8_t>(out, value);
        case ValueType::u16:
            return put_integer<uint16_t>(out, value);
        case ValueType::i16:
            return put_integer<int16_t>(out, value);
        case ValueType::u32:
            return put_integer<uint32_t>(out, value);
        case ValueType::i32:
            return put_integer<int32_t>(out, value);
        case ValueType::u64:
            return put_integer<uint64_t>(out, value);
        case ValueType::i64:
            return put_integer<int64_t>(out, value);
        case ValueType::boolean:
            return (value == 0 || value == 1) && put_integer<uint8_t>(out, value);
        default:
            return false;
    }
}

bool put(HeaderBytes& out, ValueType type, double value) {
    if (type == ValueType::f32)
        out.number(static_cast<float>(value));
    else if (type == ValueType::f64)
        out.number(value);
    return type == ValueType::f32 || type == ValueType::f64;
}

bool put(HeaderBytes& out, ValueType type, const std::string& value) {
    if (type == ValueType::string) out.string(value);
    return type == ValueType::string;
}

bool put(HeaderBytes& out, ValueType type, bool value) {
    return type == ValueType::boolean && put(out, type, int64_t{value});
}

bool put(HeaderBytes& out, ValueType type, const ArrayValue& array) {
    if (type != ValueType::array) return false;
    out.number(static_cast<uint32_t>(array.element));
    out.number<uint64_t>(array.size());
    return std::visit(
        [&](const auto& items) {
            return std::all_of(items.begin(), items.end(),
                               [&](const auto& item) { return put(out, array.element, item); });
        },
        array.items);
}

Result<void> put_metadata(HeaderBytes& out, const Metadata& metadata) {
    for (const Metadata::Entry& entry : metadata.entries()) {
        if (entry.key.empty() || entry.key.size() > kLongestKey || !is_utf8(entry.key))
            return Error{ErrorCode::invalid_argument,
                         "metadata key " + printable(entry.key) + " is no name for a key", ""};
        out.string(entry.key);
        out.number(static_cast<uint32_t>(entry.value.type));
        const bool fits = std::visit([&](const auto& value) { return put(out, entry.value.type, value); },
                                     entry.value.value);
        if (!fits)
            return Error{ErrorCode::invalid_argument,
                         "metadata key " + printable(entry.key) + ": its value does not fit its type " +
                             to_string(entry.value.type),
                         ""};
    }
    return {};
}

Result<void> check_tensor(const TensorEntry& entry) {
    const auto refuse = [&](const std::string& what) {
        return Error{ErrorCode::invalid_argument, "tensor " + printable(entry.name) + ": " + what, ""};
    };
    const Shape& shape = entry.shape;
    if (entry.name.empty() || entry.name.size() > kLongestTensorName || !is_utf8(entry.name))
        return refuse("its name must have 1 to 63 bytes of UTF-8");
    if (!gguf_number(entry.dtype)) return refuse("GGUF has no type " + std::string(name(entry.dtype)));
    if (shape.rank < 0 || shape.rank > kGgufMaxDims) return refuse("it has more than 4 dimensions");
    int64_t bytes = traits(entry.dtype).block_bytes; // an upper bound: a block for every value
    for (int i = 0; i < shape.rank; ++i) {
        if (shape[i] < 1) return refuse("an extent is not positive");
        if (__builtin_mul_overflow(bytes, shape[i], &bytes)) return refuse("it is too large");
    }
    if (shape.inner() % traits(entry.dtype).block_size != 0)
        return refuse("its rows of " + std::to_string(shape.inner()) + " values are not whole blocks of " +
                      std::string(name(entry.dtype)));
    return {};
}

size_t bytes_of(const TensorEntry& entry) {
    return static_cast<size_t>(entry.shape.rows() * row_bytes(entry.dtype, entry.shape.inner()));
}

void put_tensor(HeaderBytes& out, const TensorEntry& entry, uint64_t start) {
    out.string(entry.name);
    out.number(static_cast<uint32_t>(entry.shape.rank));
    for (int d = entry.shape.rank - 1; d >= 0; --d)
        out.number(static_cast<uint64_t>(entry.shape[d]));
    out.number(*gguf_number(entry.dtype));
    out.number(start);
}

// In pieces of `rows` rows.
Result<void> append_produced(TensorOutput& out, const TensorEntry& entry, int64_t rows,
                             const GgufWriter::ProduceRows& produce) {
    const auto bytes_of_row = static_cast<size_t>(row_bytes(entry.dtype, entry.shape.inner()));
    const size_t bytes = static_cast<size_t>(rows) * bytes_of_row;
    const std::unique_ptr<std::byte[]> made(new (std::nothrow) std::byte[bytes]);
    if (made == nullptr)
        return Error{ErrorCode::out_of_memory,
                     "tensor " + printable(entry.name) + " needs " + std::to_string(bytes) +
                         " bytes of memory to be written",
                     ""};
    for (int64_t row = 0; row < entry.shape.rows(); row += rows) {
        const int64_t count = std::min(rows, entry.shape.rows() - row);
        const std::span<std::byte> piece(made.get(), static_cast<size_t>(count) * bytes_of_row);
        ENGINE_TRY(produce(row, piece));
        ENGINE_TRY(out.append(piece));
    }
    return {};
}

// Rows of a piece that fills TensorOutput's 8 MiB.
int64_t rows_of_piece(const TensorEntry& entry) {
    constexpr int64_t kPiece = int64_t{8} << 20;
    const int64_t bytes = std::max<int64_t>(row_bytes(entry.dtype, entry.shape.inner()), 1);
    return std::clamp<int64_t>(kPiece / bytes, 1, entry.shape.rows());
}
} // namespace

void GgufWriter::add_tensor(std::string name, DType dtype, Shape shape, Produce produce) {
    ProduceRows all;
    if (produce)
        all = [produce = std::move(produce)](int64_t, std::span<std::byte> out) { return produce(out); };
    tensors_.push_back({{std::move(name), dtype, shape, 0, 0, 0}, nullptr, std::move(all), true});
}

void GgufWriter::add_tensor_rows(std::string name, DType dtype, Shape shape, ProduceRows produce) {
    tensors_.push_back({{std::move(name), dtype, shape, 0, 0, 0}, nullptr, std::move(produce), false});
}

void GgufWriter::add_tensor(std::string name, const TensorView& view) {
    tensors_.push_back({{std::move(name), view.dtype, view.shape, 0, 0, 0}, view.data, {}, true});
}

std::vector<TensorEntry> GgufWriter::tensors() const {
    std::vector<TensorEntry> entries;
    for (const Pending& tensor : tensors_) {
        entries.push_back(tensor.entry);
        entries.back().bytes = bytes_of(tensor.entry);
    }
    return entries;
}

// Where each tensor begins in the data section, and behind them the section's size.
Result<std::vector<uint64_t>> GgufWriter::offsets(uint64_t alignment) const {
    TensorIndex names; // tells duplicates
    std::vector<uint64_t> starts = {0};
    for (const Pending& tensor : tensors_) {
        ENGINE_TRY(check_tensor(tensor.entry));
        if (tensor.data == nullptr && !tensor.produce)
            return Error{ErrorCode::invalid_argument,
                         "tensor " + printable(tensor.entry.name) + " has no data", ""};
        if (!names.add(tensor.entry).ok())
            return Error{ErrorCode::invalid_argument,
                         "tensor " + printable(tensor.entry.name) + " was added twice", ""};
        const uint64_t bytes = bytes_of(tensor.entry);
        if (bytes > INT64_MAX - alignment - starts.back())
            return Error{ErrorCode::invalid_argument, "the tensors are too large for one file", ""};
        starts.push_back(align_up(starts.back() + bytes, alignment));
    }
    return starts;
}

Result<GgufWriter::Start> GgufWriter::start() const {
    auto wanted = gguf_alignment(metadata);
    if (!wanted.ok() || *wanted > kLargestAlignment)
        return Error{ErrorCode::invalid_argument,
                     wanted.ok() ? "metadata key \"general.alignment\" is larger than a megabyte"
                                 : wanted.error().message,
                     ""};
    const uint64_t alignment = *wanted;
    ENGINE_ASSIGN(const std::vector<uint64_t> starts, offsets(alignment));

    HeaderBytes header;
    for (const char c : kGgufMagic)
        header.number(c);
    header.number<uint32_t>(3);
    header.number<uint64_t>(tensors_.size());
    header.number<uint64_t>(metadata.entries().size());
    ENGINE_TRY(put_metadata(header, metadata));
    for (size_t i = 0; i < tensors_.size(); ++i)
        put_tensor(header, tensors_[i].entry, starts[i]);
    header.pad(alignment);
    Start start{header.take(), alignment, starts.back()};
    start.total += start.header.size();
    return start;
}

Result<uint64_t> GgufWriter::file_bytes() const {
    ENGINE_ASSIGN(const Start begun, start());
    return begun.total;
}

Result<void> GgufWriter::write(const std::string& path, const Progress& progress,
                               const StopToken& stop) const {
    ENGINE_ASSIGN(const Start begun, start());
    ENGINE_ASSIGN(auto file, platform::AtomicFile::create(path, begun.total));
    TensorOutput out(file, begun.total, progress, stop);
    ENGINE_TRY(out.append(begun.header));
    for (const Pending& tensor : tensors_) {
        if (tensor.data != nullptr) {
            ENGINE_TRY(out.append({tensor.data, bytes_of(tensor.entry)}));
        } else {
            const int64_t rows = tensor.whole ? tensor.entry.shape.rows() : rows_of_piece(tensor.entry);
            ENGINE_TRY(append_produced(out, tensor.entry, rows, tensor.produce));
        }
        ENGINE_TRY(out.pad(begun.alignment));
    }
    return file.commit();
}

} // namespace engine::formats
