// Keys: see keys.h.
#include "engine/model/keys.h"

#include <cmath>

namespace engine::model {

namespace {

constexpr double kWholeLimit = 9007199254740992.0; // 2^53: above it a double no longer names one integer

std::optional<int64_t> whole(const KeyValue& value) {
    if (const auto* i = std::get_if<int64_t>(&value)) return *i;
    if (const auto* d = std::get_if<double>(&value)) {
        if (std::abs(*d) <= kWholeLimit && *d == std::floor(*d)) return static_cast<int64_t>(*d);
    }
    return std::nullopt;
}

std::optional<double> real(const KeyValue& value) {
    if (const auto* d = std::get_if<double>(&value)) return *d;
    if (const auto* i = std::get_if<int64_t>(&value)) return static_cast<double>(*i);
    return std::nullopt;
}

std::string limits(Range range) {
    return "between " + std::to_string(range.low) + " and " + std::to_string(range.high);
}

} // namespace

Error Keys::error(std::string_view key, std::string_view what) const {
    return {ErrorCode::bad_file, place_ + std::string(key) + " " + std::string(what),
            "The file is damaged or was written by a faulty converter."};
}

Error Keys::unsupported(std::string_view key, std::string_view what) const {
    return {ErrorCode::unsupported, place_ + std::string(key) + " " + std::string(what),
            "This version cannot run the model."};
}

bool Keys::has(std::string_view key) const {
    return lookup_(key).index() > 1;
}

bool Keys::is_null(std::string_view key) const {
    return std::holds_alternative<NullValue>(lookup_(key));
}

Result<int64_t> Keys::integer(std::string_view key, Range range) const {
    const KeyValue value = lookup_(key);
    if (value.index() <= 1) return error(key, "is missing");
    const auto i = whole(value);
    if (!i) return error(key, "is not a whole number");
    if (*i < range.low || *i > range.high)
        return error(key, "is " + std::to_string(*i) + ", which is not " + limits(range));
    return *i;
}

Result<int64_t> Keys::integer_or(std::string_view key, int64_t fallback, Range range) const {
    if (!has(key)) return fallback;
    return integer(key, range);
}

Result<double> Keys::number(std::string_view key, double low, double high) const {
    const KeyValue value = lookup_(key);
    if (value.index() <= 1) return error(key, "is missing");
    const auto d = real(value);
    if (!d) return error(key, "is not a number");
    if (!(*d >= low && *d <= high))
        return error(key, "is " + std::to_string(*d) + ", which is out of its range");
    return *d;
}

Result<double> Keys::number_or(std::string_view key, double fallback, double low, double high) const {
    if (!has(key)) return fallback;
    return number(key, low, high);
}

Result<bool> Keys::flag_or(std::string_view key, bool fallback) const {
    if (!has(key)) return fallback;
    const KeyValue value = lookup_(key);
    if (const auto* b = std::get_if<bool>(&value)) return *b;
    return error(key, "is neither true nor false");
}

Result<std::string> Keys::text_or(std::string_view key, std::string fallback) const {
    if (!has(key)) return fallback;
    KeyValue value = lookup_(key);
    if (auto* s = std::get_if<std::string>(&value)) return std::move(*s);
    return error(key, "is not a string");
}

Result<std::vector<int64_t>> Keys::integers(std::string_view key, Range range) const {
    KeyValue value = lookup_(key);
    if (value.index() <= 1) return std::vector<int64_t>{};
    auto* items = std::get_if<std::vector<int64_t>>(&value);
    if (items == nullptr) return error(key, "is not an array of whole numbers");
    for (const int64_t i : *items) {
        if (i < range.low || i > range.high)
            return error(key, "holds " + std::to_string(i) + ", which is not " + limits(range));
    }
    return std::move(*items);
}

Result<std::vector<int64_t>> Keys::per_layer(std::string_view key, int64_t layers, Range range) const {
    if (whole(lookup_(key))) {
        ENGINE_ASSIGN(const int64_t one, integer(key, range));
        return std::vector<int64_t>(static_cast<size_t>(layers), one);
    }
    if (!has(key)) return error(key, "is missing");
    ENGINE_ASSIGN(auto items, integers(key, range));
    if (static_cast<int64_t>(items.size()) != layers)
        return error(key, "has " + std::to_string(items.size()) + " entries for " + std::to_string(layers) +
                              " layers");
    return items;
}

Result<std::vector<double>> Keys::numbers(std::string_view key) const {
    KeyValue value = lookup_(key);
    if (value.index() <= 1) return std::vector<double>{};
    if (auto* items = std::get_if<std::vector<double>>(&value)) return std::move(*items);
    if (auto* items = std::get_if<std::vector<int64_t>>(&value))
        return std::vector<double>(items->begin(), items->end());
    return error(key, "is not an array of numbers");
}

Result<std::vector<std::string>> Keys::texts(std::string_view key) const {
    KeyValue value = lookup_(key);
    if (value.index() <= 1) return std::vector<std::string>{};
    if (auto* items = std::get_if<std::vector<std::string>>(&value)) return std::move(*items);
    return error(key, "is not an array of strings");
}

Keys gguf_keys(const formats::Metadata& metadata, std::string prefix) {
    auto lookup = [&metadata, prefix](std::string_view key) -> KeyValue {
        const auto* found = metadata.find(prefix + std::string(key));
        if (found == nullptr) return std::monostate{};
        if (const auto* i = std::get_if<int64_t>(&found->value)) return *i;
        if (const auto* d = std::get_if<double>(&found->value)) return *d;
        if (const auto* b = std::get_if<bool>(&found->value)) return *b;
        if (const auto* s = std::get_if<std::string>(&found->value)) return *s;
        return std::visit([](const auto& items) -> KeyValue { return items; },
                          std::get<formats::ArrayValue>(found->value).items);
    };
    return Keys(prefix, std::move(lookup));
}

} // namespace engine::model
