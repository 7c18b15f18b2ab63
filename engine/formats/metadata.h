// Metadata: the ordered key -> value table of a model file, in GGUF's types.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "engine/base/result.h"

namespace engine::formats {

// GGUF's value types; the numbers are those of the file format.
enum class ValueType : uint32_t {
    u8 = 0,
    i8 = 1,
    u16 = 2,
    i16 = 3,
    u32 = 4,
    i32 = 5,
    f32 = 6,
    boolean = 7,
    string = 8,
    array = 9,
    u64 = 10,
    i64 = 11,
    f64 = 12,
};

// Arrays are flat. Integers of every width are held as int64 (u64 as its two's complement), floats as double.
struct ArrayValue {
    ValueType element = ValueType::u8;
    std::variant<std::vector<int64_t>, std::vector<double>, std::vector<std::string>> items;
    size_t size() const;
};

const char* to_string(ValueType type); // "u32", "string", ...

struct MetadataValue {
    ValueType type = ValueType::u32;
    std::variant<int64_t, double, bool, std::string, ArrayValue> value;
};

// Lets a table keyed by std::string be asked with a std::string_view.
struct NameHash {
    using is_transparent = void;
    size_t operator()(std::string_view name) const { return std::hash<std::string_view>{}(name); }
};
using NameTable = std::unordered_map<std::string, size_t, NameHash, std::equal_to<>>;

// Insertion-ordered. Lookups never fail loudly: a missing key or a value of another kind is nullopt /
// nullptr; the require_* forms turn that into an Error that names the key. Integer getters accept every
// integer type (but no u64 above the range of int64), float getters every number.
class Metadata {
 public:
    struct Entry {
        std::string key;
        MetadataValue value;
    };

    // Replaces an existing key in place.
    void set(std::string key, MetadataValue value);
    void set_string(std::string key, std::string value);
    void set_u32(std::string key, uint32_t value);
    void set_f32(std::string key, float value);
    void set_bool(std::string key, bool value);
    void set_strings(std::string key, std::vector<std::string> values);
    void set_i32s(std::string key, std::vector<int32_t> values);
    void set_f32s(std::string key, std::vector<float> values);

    const MetadataValue* find(std::string_view key) const;
    std::optional<int64_t> integer(std::string_view key) const;
    std::optional<double> number(std::string_view key) const;
    std::optional<bool> boolean(std::string_view key) const;
    const std::string* string(std::string_view key) const;
    const std::vector<std::string>* strings(std::string_view key) const;
    const std::vector<int64_t>* integers(std::string_view key) const;
    const std::vector<double>* numbers(std::string_view key) const;

    Result<int64_t> require_integer(std::string_view key) const;
    Result<double> require_number(std::string_view key) const;
    Result<std::string> require_string(std::string_view key) const;

    const std::vector<Entry>& entries() const { return entries_; }

 private:
    std::vector<Entry> entries_;
    NameTable by_key_;
};

} // namespace engine::formats
