// Safetensors headers and indexes as JSON events: 46,000 entries without a tree.
#include "engine/formats/safetensors.h"

#include <algorithm>
#include <cstring>

#include "engine/formats/foreign_file.h"
#include "engine/formats/json_events.h"
#include "engine/formats/printable.h"

namespace engine::formats {

namespace {
constexpr uint64_t kLongestHeader = 100'000'000; // the limit of the reference implementation
constexpr size_t kMostTensors = size_t{1} << 20;
constexpr const char* kDamaged = "The file is damaged: download it again.";

struct HeaderTensor {
    TensorEntry entry; // offset: relative to the data
    uint64_t end = 0;
};

// {"__metadata__": {...}, NAME: {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, ...}
class HeaderEvents : public JsonEvents {
 public:
    std::vector<HeaderTensor> tensors;

 private:
    enum class Field { none, dtype, shape, offsets, other };

    bool named(std::string& name) override;
    bool opened(Kind kind) override;
    bool closed(Kind kind) override;
    bool met(Kind kind, std::optional<uint64_t> number, std::string* text) override;
    bool begin_field(const std::string& name);
    bool set_dtype(const std::string& name);
    bool finish_tensor();
    bool fail_here(const std::string& what, ErrorCode code = ErrorCode::bad_file) {
        return fail("tensor " + printable(name_) + ": " + what, code);
    }

    std::string name_; // key in the outermost object
    Field field_ = Field::none;
    int ignored_from_ = 0; // depth of the container that is being skipped; 0: none
    bool has_[4] = {};     // by Field: seen in this tensor
    std::vector<uint64_t> numbers_;
    HeaderTensor tensor_;
};

bool HeaderEvents::named(std::string& name) {
    if (ignored_from_ != 0) return true;
    if (depth() == 1) {
        name_ = std::move(name);
        return true;
    }
    return begin_field(name);
}

bool HeaderEvents::begin_field(const std::string& name) {
    field_ = name == "dtype"          ? Field::dtype
             : name == "shape"        ? Field::shape
             : name == "data_offsets" ? Field::offsets
                                      : Field::other;
    if (field_ == Field::other) return true;
    bool& seen = has_[static_cast<int>(field_)];
    if (seen) return fail_here("its \"" + name + "\" is there twice");
    seen = true;
    return true;
}

bool HeaderEvents::opened(Kind kind) {
    if (ignored_from_ != 0) return true;
    if (depth() == 1) return kind == Kind::object || fail("it is an array, not an object");
    if (depth() == 2) {
        if (name_ == "__metadata__") {
            ignored_from_ = 2;
            return true;
        }
        if (kind != Kind::object) return fail_here("it is an array, not an object");
        tensor_ = {};
        std::fill(std::begin(has_), std::end(has_), false);
        return true;
    }
    if (field_ == Field::other) {
        ignored_from_ = depth();
        return true;
    }
    const bool list = field_ == Field::shape || field_ == Field::offsets;
    if (!list || depth() != 3 || kind != Kind::array)
        return fail_here(std::string("unexpected ") + to_string(kind));
    numbers_.clear();
    return true;
}

bool HeaderEvents::closed(Kind) {
    if (ignored_from_ != 0) {
        if (depth() < ignored_from_) ignored_from_ = 0;
        return true;
    }
    if (depth() == 1) return finish_tensor();
    if (depth() != 2) return true;
    if (field_ == Field::offsets) {
        if (numbers_.size() != 2) return fail_here("its data_offsets are not two numbers");
        tensor_.entry.offset = numbers_[0];
        tensor_.end = numbers_[1];
        return true;
    }
    if (numbers_.size() > kMaxDims)
        return fail_here("it has " + std::to_string(numbers_.size()) + " dimensions; at most " +
                             std::to_string(kMaxDims) + " can be read",
                         ErrorCode::unsupported);
    tensor_.entry.shape.rank = static_cast<int>(numbers_.size());
    for (size_t i = 0; i < numbers_.size(); ++i) {
        if (numbers_[i] > INT64_MAX) return fail_here("it has more elements than 64 bits can count");
        tensor_.entry.shape.dims[i] = static_cast<int64_t>(numbers_[i]);
    }
    return true;
}

bool HeaderEvents::met(Kind kind, std::optional<uint64_t> number, std::string* text) {
    if (ignored_from_ != 0) return true;
    if (depth() == 0) return fail(std::string("it is ") + to_string(kind) + ", not an object");
    if (depth() == 1 && name_ == "__metadata__" && kind == Kind::null) return true;
    if (depth() == 1) return fail_here(std::string("it is ") + to_string(kind) + ", not an object");
    if (depth() == 2) {
        if (field_ == Field::other) return true;
        if (field_ == Field::dtype && text != nullptr) return set_dtype(*text);
        return fail_here(std::string("unexpected ") + to_string(kind));
    }
    if (!number) return fail_here("its shape and data_offsets must hold whole numbers from 0 on");
    if (numbers_.size() >= 64) return fail_here("its lists of numbers are too long");
    numbers_.push_back(*number);
    return true;
}

bool HeaderEvents::set_dtype(const std::string& name) {
    const auto dtype = dtype_from_name(name);
    if (dtype && base::name(*dtype) == name && is_safetensors_dtype(*dtype)) {
        tensor_.entry.dtype = *dtype;
        return true;
    }
    return fail_here("unknown dtype " + printable(name), ErrorCode::unsupported);
}

bool HeaderEvents::finish_tensor() {
    for (const Field field : {Field::dtype, Field::shape, Field::offsets}) {
        if (!has_[static_cast<int>(field)]) return fail_here("its dtype, shape or data_offsets are missing");
    }
    TensorEntry& entry = tensor_.entry;
    const DTypeTraits& t = traits(entry.dtype);
    int64_t elements = 1, bytes = 0;
    for (int i = 0; i < entry.shape.rank; ++i) {
        if (__builtin_mul_overflow(elements, entry.shape[i], &elements))
            return fail_here("it has more elements than 64 bits can count");
    }
    if (elements != 0 && entry.shape.inner() % t.block_size != 0)
        return fail_here("its rows do not fill whole bytes", ErrorCode::unsupported);
    if (__builtin_mul_overflow(elements / t.block_size, int64_t{t.block_bytes}, &bytes))
        return fail_here("it has more bytes than 64 bits can count");
    if (tensor_.end < entry.offset) return fail_here("its data_offsets run backwards");
    entry.bytes = tensor_.end - entry.offset;
    if (entry.bytes != static_cast<uint64_t>(bytes))
        return fail_here("its shape and dtype need " + std::to_string(bytes) +
                         " bytes, but its data_offsets span " + std::to_string(entry.bytes));
    if (tensors.size() == kMostTensors) return fail("it claims more than 1,048,576 tensors");
    entry.name = std::move(name_);
    tensors.push_back(std::move(tensor_));
    return true;
}

// Sorts by place and holds each against its neighbour: the data of the tensors fill the file exactly.
Result<void> check_places(std::vector<HeaderTensor>& tensors, uint64_t data_bytes) {
    std::stable_sort(tensors.begin(), tensors.end(), [](const HeaderTensor& a, const HeaderTensor& b) {
        return a.entry.offset != b.entry.offset ? a.entry.offset < b.entry.offset : a.end < b.end;
    });
    uint64_t at = 0;
    for (const HeaderTensor& tensor : tensors) {
        const std::string name = "tensor " + printable(tensor.entry.name);
        if (tensor.end > data_bytes)
            return Error{ErrorCode::bad_file,
                         name + " ends " + std::to_string(tensor.end - data_bytes) +
                             " bytes after the end of the file",
                         "The file is incomplete: download it again."};
        if (tensor.entry.offset != at)
            return Error{ErrorCode::bad_file,
                         name + " begins at byte " + std::to_string(tensor.entry.offset) +
                             " of the data, but " + "the one before it ends at byte " + std::to_string(at),
                         kDamaged};
        at = tensor.end;
    }
    if (at != data_bytes)
        return Error{ErrorCode::bad_file,
                     std::to_string(data_bytes - at) + " bytes at the end of the file belong to no tensor",
                     kDamaged};
    return {};
}

// {"metadata": {...}, "weight_map": {TENSOR: FILE, ...}}
class IndexEvents : public JsonEvents {
 public:
    std::vector<ShardOfTensor> shards;
    bool has_map = false;

 private:
    bool in_map() const { return depth() == 2 && section_ == "weight_map"; }

    bool named(std::string& name) override {
        if (depth() == 1)
            section_ = std::move(name);
        else if (in_map())
            tensor_ = std::move(name);
        return true;
    }
    bool opened(Kind kind) override {
        if (depth() == 1) return kind == Kind::object || fail("it is an array, not an object");
        if (section_ != "weight_map") return true;
        if (depth() > 2)
            return fail("weight_map: the file of tensor " + printable(tensor_) + " is not a string");
        if (kind != Kind::object) return fail("weight_map is an array, not an object");
        if (has_map) return fail("weight_map is there twice");
        has_map = true;
        return true;
    }
    bool closed(Kind) override { return true; }
    bool met(Kind kind, std::optional<uint64_t>, std::string* text) override {
        if (depth() == 0) return fail(std::string("it is ") + to_string(kind) + ", not an object");
        if (depth() == 1 && section_ == "weight_map")
            return fail(std::string("weight_map is ") + to_string(kind) + ", not an object");
        if (!in_map()) return true;
        if (text == nullptr)
            return fail("weight_map: the file of tensor " + printable(tensor_) + " is not a string");
        if (!stays_in_folder(*text))
            return fail("weight_map: tensor " + printable(tensor_) + " is said to be in " + printable(*text) +
                        ", which is not the name of a file in this folder");
        if (shards.size() == kMostTensors) return fail("weight_map names more than 1,048,576 tensors");
        shards.push_back({std::move(tensor_), std::move(*text)});
        return true;
    }
    static bool stays_in_folder(const std::string& file) {
        return !file.empty() && file != "." && file != ".." && file.size() <= 255 &&
               file.find_first_of(std::string_view("/\\:\0", 4)) == std::string::npos;
    }

    std::string section_, tensor_;
};
} // namespace

bool is_safetensors_dtype(DType dtype) {
    static constexpr DType kKnown[] = {DType::F64,         DType::F32,         DType::F16,     DType::BF16,
                                       DType::I64,         DType::I32,         DType::I16,     DType::I8,
                                       DType::U64,         DType::U32,         DType::U16,     DType::U8,
                                       DType::Bool,        DType::F8_E4M3,     DType::F8_E5M2, DType::F8_E8M0,
                                       DType::F8_E4M3FNUZ, DType::F8_E5M2FNUZ, DType::F6_E2M3, DType::F6_E3M2,
                                       DType::F4,          DType::C64};
    return std::find(std::begin(kKnown), std::end(kKnown), dtype) != std::end(kKnown);
}

Result<std::vector<TensorEntry>> parse_safetensors(std::span<const std::byte> bytes, uint64_t file_size) {
    file_size = std::max<uint64_t>(file_size, bytes.size());
    uint64_t length = 0;
    if (file_size < sizeof(length))
        return Error{ErrorCode::bad_file,
                     "not a safetensors file: it has only " + std::to_string(file_size) + " bytes", kDamaged};
    const Error incomplete{ErrorCode::invalid_argument,
                           "the header goes on after its first " + std::to_string(bytes.size()) + " bytes",
                           ""};
    if (bytes.size() < sizeof(length)) return incomplete;
    std::memcpy(&length, bytes.data(), sizeof(length));
    if (length > file_size - sizeof(length) || length > kLongestHeader) {
        const char* hint = foreign_file_hint(bytes);
        return Error{
            ErrorCode::bad_file,
            "the header claims " + std::to_string(length) + " bytes; the file has " +
                std::to_string(file_size) +
                (length > kLongestHeader ? " and headers end at 100,000,000" : ""),
            hint != nullptr ? hint : "The file is incomplete or not a safetensors file: download it again."};
    }
    if (length > bytes.size() - sizeof(length)) return incomplete;

    HeaderEvents header;
    const auto read = header.run({reinterpret_cast<const char*>(bytes.data()) + sizeof(length), length});
    if (!read.ok()) return Error{read.error().code, "header: " + read.error().message, read.error().hint};
    const uint64_t data = sizeof(length) + length;
    ENGINE_TRY(check_places(header.tensors, file_size - data));

    TensorIndex names; // tells duplicates
    std::vector<TensorEntry> entries;
    entries.reserve(header.tensors.size());
    for (HeaderTensor& tensor : header.tensors) {
        tensor.entry.offset += data;
        ENGINE_TRY(names.add(tensor.entry));
        entries.push_back(std::move(tensor.entry));
    }
    return entries;
}

Result<std::vector<ShardOfTensor>> parse_safetensors_index(std::string_view json) {
    IndexEvents index;
    ENGINE_TRY(index.run(json));
    if (!index.has_map) return Error{ErrorCode::bad_file, "weight_map is missing", kDamaged};
    return std::move(index.shards);
}

} // namespace engine::formats
