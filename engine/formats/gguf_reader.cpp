// parse_gguf: header bytes to metadata and tensor table. Trusts nothing: counts are held against the bytes
// that are left before anything is allocated for them.
#include <algorithm>

#include "engine/formats/foreign_file.h"
#include "engine/formats/gguf.h"
#include "engine/formats/gguf_types.h"
#include "engine/formats/header_cursor.h"
#include "engine/formats/printable.h"

namespace engine::formats {

namespace {
// Far above what any published model holds (tokenizer lists of a million items in all, a tokenizer.json of 30
// MB, some 10,000 tensors); a hostile file inside them costs a few 100 MB at most.
constexpr uint64_t kMostKeys = uint64_t{1} << 16;
constexpr uint64_t kMostTensors = uint64_t{1} << 20;
constexpr uint64_t kLongestName = 65535; // as the specification says of keys

// What the metadata may still hold: items of all arrays and bytes of all strings together.
struct Budget {
    uint64_t items = uint64_t{1} << 23;
    uint64_t text = uint64_t{1} << 28;
};

struct Counts {
    uint64_t tensors, keys;
};

Result<uint32_t> parse_version(HeaderCursor& cursor, std::span<const std::byte> bytes) {
    const std::string_view start(reinterpret_cast<const char*>(bytes.data()),
                                 std::min<size_t>(bytes.size(), 32));
    if (!start.starts_with(std::string_view(kGgufMagic, 4).substr(0, start.size())) || start.empty()) {
        const char* hint = foreign_file_hint(bytes);
        return Error{ErrorCode::bad_file,
                     start.empty() ? "not a GGUF file: it is empty"
                                   : "not a GGUF file: it begins with " + printable(start.substr(0, 4)),
                     hint != nullptr ? hint : "Choose a file that ends with .gguf."};
    }
    ENGINE_TRY(cursor.number<uint32_t>("the magic number"));
    ENGINE_ASSIGN(const uint32_t version, cursor.number<uint32_t>("the version"));
    if (version == 2 || version == 3) return version;
    if ((version & 0xffffu) == 0)
        return Error{ErrorCode::unsupported, "big-endian GGUF file",
                     "Big-endian files cannot be read here: look for the little-endian conversion."};
    return Error{ErrorCode::unsupported,
                 "GGUF version " + std::to_string(version) + "; versions 2 and 3 can be read",
                 version == 1 ? "Look for a newer conversion of this model."
                              : "The file is damaged or newer than this program."};
}

Result<Counts> parse_counts(HeaderCursor& cursor) {
    ENGINE_ASSIGN(const uint64_t tensors, cursor.number<uint64_t>("the number of tensors"));
    ENGINE_ASSIGN(const uint64_t keys, cursor.number<uint64_t>("the number of metadata keys"));
    constexpr uint64_t kSmallestTensor = 8 + 4 + 4 + 8; // name length, rank, type, offset
    constexpr uint64_t kSmallestKey = 8 + 4 + 1;        // name length, type, value
    ENGINE_TRY(cursor.expect(tensors, kSmallestTensor, "the tensor table"));
    ENGINE_TRY(cursor.expect(keys, kSmallestKey, "the metadata"));
    if (tensors > kMostTensors) return cursor.bad("it claims " + std::to_string(tensors) + " tensors");
    if (keys > kMostKeys) return cursor.bad("it claims " + std::to_string(keys) + " metadata keys");
    return Counts{tensors, keys};
}

Result<std::string_view> parse_text(HeaderCursor& cursor, const char* what, Budget& budget) {
    ENGINE_ASSIGN(const std::string_view text, cursor.string(what));
    if (text.size() > budget.text) return cursor.bad("the strings of the metadata exceed 256 MiB");
    budget.text -= text.size();
    return text;
}

template <typename T>
Result<int64_t> integer(HeaderCursor& cursor) {
    ENGINE_ASSIGN(const T value, cursor.number<T>("the value"));
    return static_cast<int64_t>(value);
}

Result<int64_t> parse_integer(HeaderCursor& cursor, ValueType type) {
    switch (type) {
        case ValueType::u8:
            return integer<uint8_t>(cursor);
        case ValueType::i8:
            return integer<int8_t>(cursor);
        case ValueType::u16:
            return integer<uint16_t>(cursor);
        case ValueType::i16:
            return integer<int16_t>(cursor);
        case ValueType::u32:
            return integer<uint32_t>(cursor);
        case ValueType::i32:
            return integer<int32_t>(cursor);
        case ValueType::u64:
        case ValueType::i64:
            return integer<int64_t>(cursor);
        case ValueType::boolean: {
            ENGINE_ASSIGN(const uint8_t value, cursor.number<uint8_t>("the value"));
            if (value > 1) return cursor.bad("a boolean has the value " + std::to_string(value));
            return int64_t{value};
        }
        default:
            return Error{ErrorCode::internal, "not an integer type", ""};
    }
}

Result<double> parse_float(HeaderCursor& cursor, ValueType type) {
    if (type == ValueType::f64) return cursor.number<double>("the value");
    ENGINE_ASSIGN(const float value, cursor.number<float>("the value"));
    return static_cast<double>(value);
}

Result<ValueType> parse_type(HeaderCursor& cursor, const char* what) {
    ENGINE_ASSIGN(const uint32_t type, cursor.number<uint32_t>(what));
    if (type > static_cast<uint32_t>(ValueType::f64))
        return cursor.bad(std::string(what) + " is the unknown number " + std::to_string(type));
    return static_cast<ValueType>(type);
}

Result<ArrayValue> parse_array(HeaderCursor& cursor, Budget& budget) {
    ArrayValue array;
    ENGINE_ASSIGN(array.element, parse_type(cursor, "the type of the array's items"));
    if (array.element == ValueType::array)
        return Error{ErrorCode::unsupported, cursor.place() + ": an array of arrays",
                     "Nested arrays cannot be read; no known model needs them."};
    ENGINE_ASSIGN(const uint64_t count, cursor.number<uint64_t>("the number of items"));
    const int64_t item_bytes = array.element == ValueType::string ? 8 : value_bytes(array.element);
    ENGINE_TRY(cursor.expect(count, static_cast<uint64_t>(item_bytes), "the array"));
    if (count > budget.items) return cursor.bad("the arrays of the metadata exceed 8,388,608 items");
    budget.items -= count;

    if (array.element == ValueType::string) {
        auto& items = array.items.emplace<std::vector<std::string>>();
        items.reserve(count);
        for (uint64_t i = 0; i < count; ++i) {
            ENGINE_ASSIGN(const std::string_view item, parse_text(cursor, "a string of the array", budget));
            items.emplace_back(item);
        }
    } else if (array.element == ValueType::f32 || array.element == ValueType::f64) {
        auto& items = array.items.emplace<std::vector<double>>();
        items.reserve(count);
        for (uint64_t i = 0; i < count; ++i) {
            ENGINE_ASSIGN(const double item, parse_float(cursor, array.element));
            items.push_back(item);
        }
    } else {
        auto& items = array.items.emplace<std::vector<int64_t>>();
        items.reserve(count);
        for (uint64_t i = 0; i < count; ++i) {
            ENGINE_ASSIGN(const int64_t item, parse_integer(cursor, array.element));
            items.push_back(item);
        }
    }
    return array;
}

Result<MetadataValue> parse_value(HeaderCursor& cursor, Budget& budget) {
    MetadataValue value;
    ENGINE_ASSIGN(value.type, parse_type(cursor, "its type"));
    switch (value.type) {
        case ValueType::string: {
            ENGINE_ASSIGN(const std::string_view text, parse_text(cursor, "its string", budget));
            value.value = std::string(text);
            return value;
        }
        case ValueType::array: {
            ENGINE_ASSIGN(value.value, parse_array(cursor, budget));
            return value;
        }
        case ValueType::f32:
        case ValueType::f64: {
            ENGINE_ASSIGN(value.value, parse_float(cursor, value.type));
            return value;
        }
        case ValueType::boolean: {
            ENGINE_ASSIGN(const int64_t flag, parse_integer(cursor, value.type));
            value.value = flag != 0;
            return value;
        }
        default: {
            ENGINE_ASSIGN(value.value, parse_integer(cursor, value.type));
            return value;
        }
    }
}

Result<std::string> parse_name(HeaderCursor& cursor, const char* what) {
    ENGINE_ASSIGN(const std::string_view name, cursor.string(what));
    if (name.empty()) return cursor.bad(std::string(what) + " is empty");
    if (name.size() > kLongestName) return cursor.bad(std::string(what) + " is longer than 65,535 bytes");
    if (!is_utf8(name)) return cursor.bad(std::string(what) + " " + printable(name) + " is not UTF-8");
    return std::string(name);
}

Result<void> parse_metadata(HeaderCursor& cursor, uint64_t count, Metadata& metadata) {
    Budget budget;
    for (uint64_t i = 0; i < count; ++i) {
        cursor.set_place("metadata key " + std::to_string(i + 1) + " of " + std::to_string(count));
        ENGINE_ASSIGN(std::string key, parse_name(cursor, "its name"));
        cursor.set_place("metadata key " + printable(key));
        if (metadata.find(key) != nullptr) return cursor.bad("it is there twice");
        ENGINE_ASSIGN(MetadataValue value, parse_value(cursor, budget));
        metadata.set(std::move(key), std::move(value));
    }
    return {};
}

// The extents, turned round; sizes are checked for overflow and against the format's block.
Result<void> parse_shape(HeaderCursor& cursor, Shape& shape) {
    ENGINE_ASSIGN(const uint32_t rank, cursor.number<uint32_t>("its number of dimensions"));
    if (rank > kGgufMaxDims)
        return cursor.bad("it has " + std::to_string(rank) + " dimensions; at most " +
                          std::to_string(kGgufMaxDims) + " are possible");
    shape.rank = static_cast<int>(rank);
    int64_t elements = 1;
    for (uint32_t i = 0; i < rank; ++i) {
        ENGINE_ASSIGN(const uint64_t extent, cursor.number<uint64_t>("its extents"));
        if (extent == 0) return cursor.bad("dimension " + std::to_string(i) + " is 0");
        if (extent > INT64_MAX || __builtin_mul_overflow(elements, static_cast<int64_t>(extent), &elements))
            return cursor.bad("it has more elements than 64 bits can count");
        shape.dims[rank - 1 - i] = static_cast<int64_t>(extent);
    }
    return {};
}

Result<void> set_bytes(const HeaderCursor& cursor, TensorEntry& entry) {
    const DTypeTraits& t = traits(entry.dtype);
    if (entry.shape.inner() % t.block_size != 0)
        return cursor.bad("its rows of " + std::to_string(entry.shape.inner()) +
                          " values are not whole blocks of " + std::to_string(t.block_size) + " (" +
                          std::string(t.name) + ")");
    int64_t bytes = 0;
    if (__builtin_mul_overflow(entry.shape.elements() / t.block_size, int64_t{t.block_bytes}, &bytes))
        return cursor.bad("it has more bytes than 64 bits can count");
    entry.bytes = static_cast<uint64_t>(bytes);
    return {};
}

Result<TensorEntry> parse_tensor(HeaderCursor& cursor, const std::string& number) {
    TensorEntry entry;
    cursor.set_place("tensor " + number);
    ENGINE_ASSIGN(entry.name, parse_name(cursor, "its name"));
    cursor.set_place("tensor " + printable(entry.name));
    ENGINE_TRY(parse_shape(cursor, entry.shape));
    ENGINE_ASSIGN(const uint32_t type, cursor.number<uint32_t>("its type"));
    auto dtype = dtype_from_gguf(type);
    if (!dtype.ok())
        return Error{dtype.error().code, cursor.place() + ": " + dtype.error().message, dtype.error().hint};
    entry.dtype = *dtype;
    ENGINE_TRY(set_bytes(cursor, entry));
    ENGINE_ASSIGN(entry.offset, cursor.number<uint64_t>("its offset"));
    return entry;
}

// Turns offsets from the data section's into the file's and holds them against the file and each other.
Result<void> place_tensors(GgufHeader& header, uint64_t file_size) {
    for (TensorEntry& entry : header.tensors) {
        const auto name = [&] { return "tensor " + printable(entry.name); };
        if (entry.offset % header.alignment != 0)
            return Error{ErrorCode::bad_file,
                         name() + ": its offset " + std::to_string(entry.offset) + " is not a multiple of " +
                             std::to_string(header.alignment),
                         HeaderCursor::kDamaged};
        uint64_t end = 0;
        if (__builtin_add_overflow(entry.offset, header.data_offset, &entry.offset) ||
            __builtin_add_overflow(entry.offset, entry.bytes, &end))
            return Error{ErrorCode::bad_file, name() + ": its offset is beyond 64 bits",
                         HeaderCursor::kDamaged};
        if (end > file_size)
            return Error{
                ErrorCode::bad_file,
                name() + " ends " + std::to_string(end - file_size) + " bytes after the end of the file",
                "The file is incomplete: download it again."};
    }
    std::vector<const TensorEntry*> in_order;
    in_order.reserve(header.tensors.size());
    for (const TensorEntry& entry : header.tensors)
        in_order.push_back(&entry);
    std::sort(in_order.begin(), in_order.end(),
              [](const TensorEntry* a, const TensorEntry* b) { return a->offset < b->offset; });
    for (size_t i = 1; i < in_order.size(); ++i) {
        if (in_order[i]->offset < in_order[i - 1]->offset + in_order[i - 1]->bytes)
            return Error{ErrorCode::bad_file,
                         "tensors " + printable(in_order[i - 1]->name) + " and " +
                             printable(in_order[i]->name) + " overlap",
                         HeaderCursor::kDamaged};
    }
    return {};
}
} // namespace

Result<GgufHeader> parse_gguf(std::span<const std::byte> bytes, uint64_t file_size) {
    GgufHeader header;
    HeaderCursor cursor(bytes, file_size);
    ENGINE_ASSIGN(header.version, parse_version(cursor, bytes));
    ENGINE_ASSIGN(const Counts counts, parse_counts(cursor));
    ENGINE_TRY(parse_metadata(cursor, counts.keys, header.metadata));
    ENGINE_ASSIGN(header.alignment, gguf_alignment(header.metadata));

    TensorIndex names; // tells duplicates
    header.tensors.reserve(counts.tensors);
    for (uint64_t i = 0; i < counts.tensors; ++i) {
        ENGINE_ASSIGN(TensorEntry entry,
                      parse_tensor(cursor, std::to_string(i + 1) + " of " + std::to_string(counts.tensors)));
        ENGINE_TRY(names.add(entry));
        header.tensors.push_back(std::move(entry));
    }
    header.data_offset = align_up(cursor.position(), header.alignment);
    ENGINE_TRY(place_tensors(header, std::max<uint64_t>(file_size, bytes.size())));
    return header;
}

} // namespace engine::formats
