// Keys: typed look-ups in a file's hyperparameters; every error names the key and the file's own words.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/result.h"
#include "engine/formats/metadata.h"

namespace engine::model {

// A value that is there but null counts as absent, except for is_null().
struct NullValue {};
struct OtherValue {}; // an object or a mixed array
using KeyValue = std::variant<std::monostate, NullValue, OtherValue, int64_t, double, bool, std::string,
                              std::vector<int64_t>, std::vector<double>, std::vector<std::string>>;

struct Range {
    int64_t low = 0;
    int64_t high = std::numeric_limits<int64_t>::max();
};

class Keys {
 public:
    using Lookup = std::function<KeyValue(std::string_view key)>;
    // `place` stands before the key in messages: "llama." or "config.json: ".
    Keys(std::string place, Lookup lookup) : place_(std::move(place)), lookup_(std::move(lookup)) {}

    bool has(std::string_view key) const;     // there and not null
    bool is_null(std::string_view key) const; // there and null

    // Integers may be written as floats with a whole value. Errors: bad_file (absent, other kind, out of
    // range).
    Result<int64_t> integer(std::string_view key, Range range) const;
    Result<int64_t> integer_or(std::string_view key, int64_t fallback, Range range) const;
    // Finite. Errors as above.
    Result<double> number(std::string_view key, double low, double high) const;
    Result<double> number_or(std::string_view key, double fallback, double low, double high) const;
    Result<bool> flag_or(std::string_view key, bool fallback) const;
    Result<std::string> text_or(std::string_view key, std::string fallback) const;
    // One number for all layers or an array with one for each.
    Result<std::vector<int64_t>> per_layer(std::string_view key, int64_t layers, Range range) const;
    // Empty when the key is absent.
    Result<std::vector<int64_t>> integers(std::string_view key, Range range) const;
    Result<std::vector<double>> numbers(std::string_view key) const;
    Result<std::vector<std::string>> texts(std::string_view key) const;

    Error error(std::string_view key, std::string_view what) const;       // bad_file
    Error unsupported(std::string_view key, std::string_view what) const; // unsupported

 private:
    std::string place_;
    Lookup lookup_;
};

// Keys of GGUF metadata: "{prefix}key". `metadata` must outlive the result.
Keys gguf_keys(const formats::Metadata& metadata, std::string prefix);

} // namespace engine::model
