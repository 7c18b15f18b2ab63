// Metadata: setters keep the order of first insertion, getters convert between widths but never guess.
#include "engine/formats/metadata.h"

#include <array>

namespace engine::formats {

namespace {
bool is_integer(ValueType type) {
    switch (type) {
        case ValueType::u8:
        case ValueType::i8:
        case ValueType::u16:
        case ValueType::i16:
        case ValueType::u32:
        case ValueType::i32:
        case ValueType::u64:
        case ValueType::i64:
            return true;
        default:
            return false;
    }
}

// The array behind `value` when its items are held as vector<T>; an array of booleans is not one of integers.
template <typename T>
const std::vector<T>* items_of(const MetadataValue* value) {
    const ArrayValue* array = value == nullptr ? nullptr : std::get_if<ArrayValue>(&value->value);
    if (array == nullptr || array->element == ValueType::boolean) return nullptr;
    return std::get_if<std::vector<T>>(&array->items);
}

Error wrong_kind(std::string_view key, const MetadataValue* value, const char* wanted) {
    const std::string name(key);
    if (value == nullptr)
        return {ErrorCode::bad_file, "metadata key \"" + name + "\" is missing",
                "The file may have been written by a converter that does not know this model."};
    return {
        ErrorCode::bad_file,
        "metadata key \"" + name + "\" holds a " + to_string(value->type) + " where " + wanted + " is needed",
        ""};
}
} // namespace

const char* to_string(ValueType type) {
    static constexpr std::array<const char*, 13> kNames = {
        "u8", "i8", "u16", "i16", "u32", "i32", "f32", "bool", "string", "array", "u64", "i64", "f64"};
    const auto i = static_cast<size_t>(type);
    return i < kNames.size() ? kNames[i] : "value of unknown type";
}

size_t ArrayValue::size() const {
    return std::visit([](const auto& v) { return v.size(); }, items);
}

void Metadata::set(std::string key, MetadataValue value) {
    const auto found = by_key_.find(key);
    if (found != by_key_.end()) {
        entries_[found->second].value = std::move(value);
        return;
    }
    by_key_.emplace(key, entries_.size());
    entries_.push_back({std::move(key), std::move(value)});
}

void Metadata::set_string(std::string key, std::string value) {
    set(std::move(key), {ValueType::string, std::move(value)});
}
void Metadata::set_u32(std::string key, uint32_t value) {
    set(std::move(key), {ValueType::u32, static_cast<int64_t>(value)});
}
void Metadata::set_f32(std::string key, float value) {
    set(std::move(key), {ValueType::f32, static_cast<double>(value)});
}
void Metadata::set_bool(std::string key, bool value) {
    set(std::move(key), {ValueType::boolean, value});
}
void Metadata::set_strings(std::string key, std::vector<std::string> values) {
    set(std::move(key), {ValueType::array, ArrayValue{ValueType::string, std::move(values)}});
}
void Metadata::set_i32s(std::string key, std::vector<int32_t> values) {
    set(std::move(key),
        {ValueType::array, ArrayValue{ValueType::i32, std::vector<int64_t>(values.begin(), values.end())}});
}
void Metadata::set_f32s(std::string key, std::vector<float> values) {
    set(std::move(key),
        {ValueType::array, ArrayValue{ValueType::f32, std::vector<double>(values.begin(), values.end())}});
}

const MetadataValue* Metadata::find(std::string_view key) const {
    const auto found = by_key_.find(key);
    return found == by_key_.end() ? nullptr : &entries_[found->second].value;
}

std::optional<int64_t> Metadata::integer(std::string_view key) const {
    const MetadataValue* value = find(key);
    if (value == nullptr || !is_integer(value->type)) return std::nullopt;
    const int64_t* i = std::get_if<int64_t>(&value->value);
    if (i == nullptr || (value->type == ValueType::u64 && *i < 0)) return std::nullopt;
    return *i;
}

std::optional<double> Metadata::number(std::string_view key) const {
    const MetadataValue* value = find(key);
    if (value == nullptr) return std::nullopt;
    if (const double* d = std::get_if<double>(&value->value)) return *d;
    const int64_t* i = std::get_if<int64_t>(&value->value);
    if (i == nullptr || !is_integer(value->type)) return std::nullopt;
    if (value->type == ValueType::u64) return static_cast<double>(static_cast<uint64_t>(*i));
    return static_cast<double>(*i);
}

std::optional<bool> Metadata::boolean(std::string_view key) const {
    const MetadataValue* value = find(key);
    const bool* b = value == nullptr ? nullptr : std::get_if<bool>(&value->value);
    return b == nullptr ? std::nullopt : std::optional<bool>(*b);
}

const std::string* Metadata::string(std::string_view key) const {
    const MetadataValue* value = find(key);
    return value == nullptr ? nullptr : std::get_if<std::string>(&value->value);
}

const std::vector<std::string>* Metadata::strings(std::string_view key) const {
    return items_of<std::string>(find(key));
}
const std::vector<int64_t>* Metadata::integers(std::string_view key) const {
    return items_of<int64_t>(find(key));
}
const std::vector<double>* Metadata::numbers(std::string_view key) const {
    return items_of<double>(find(key));
}

Result<int64_t> Metadata::require_integer(std::string_view key) const {
    if (const auto value = integer(key)) return *value;
    return wrong_kind(key, find(key), "an integer");
}
Result<double> Metadata::require_number(std::string_view key) const {
    if (const auto value = number(key)) return *value;
    return wrong_kind(key, find(key), "a number");
}
Result<std::string> Metadata::require_string(std::string_view key) const {
    if (const std::string* value = string(key)) return *value;
    return wrong_kind(key, find(key), "a string");
}

} // namespace engine::formats
