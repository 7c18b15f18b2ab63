// ConfigJson: see config_json.h. The JSON library is seen here only.
#include "engine/model/config_json.h"

#include <nlohmann/json.hpp>

namespace engine::model {

using nlohmann::json;

struct ConfigJson::Document {
    json root;
};

namespace {

KeyValue array_value(const json& items) {
    const auto all = [&](auto test) { return std::all_of(items.begin(), items.end(), test); };
    if (all([](const json& i) { return i.is_number_integer(); })) return items.get<std::vector<int64_t>>();
    if (all([](const json& i) { return i.is_number(); })) return items.get<std::vector<double>>();
    if (all([](const json& i) { return i.is_string(); })) return items.get<std::vector<std::string>>();
    return OtherValue{};
}

KeyValue value_of(const json& value) {
    switch (value.type()) {
        case json::value_t::null:
            return NullValue{};
        case json::value_t::boolean:
            return value.get<bool>();
        case json::value_t::number_integer:
        case json::value_t::number_unsigned:
            // Above 2^63 the integer would wrap: as a double it fails the range check instead.
            if (value.is_number_unsigned() && value.get<uint64_t>() > uint64_t{INT64_MAX})
                return value.get<double>();
            return value.get<int64_t>();
        case json::value_t::number_float:
            return value.get<double>();
        case json::value_t::string:
            return value.get<std::string>();
        case json::value_t::array:
            return array_value(value);
        default:
            return OtherValue{};
    }
}

KeyValue find_in(const json& object, std::string_view key) {
    const auto found = object.find(key);
    if (found == object.end()) return std::monostate{};
    return value_of(*found);
}

} // namespace

ConfigJson::ConfigJson(std::shared_ptr<const Document> document, Keys keys)
    : document_(std::move(document)), keys_(std::move(keys)) {}

Result<ConfigJson> ConfigJson::parse(std::string_view text) {
    auto document = std::make_shared<Document>();
    document->root = json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!document->root.is_object())
        return Error{ErrorCode::bad_file, "config.json is not a JSON object",
                     "Download the file again: it is damaged or incomplete."};
    std::shared_ptr<const Document> shared = std::move(document);
    Keys keys("config.json: ", [shared](std::string_view key) { return find_in(shared->root, key); });
    return ConfigJson(shared, std::move(keys));
}

std::optional<Keys> ConfigJson::object(std::string_view key) const {
    const auto found = document_->root.find(key);
    if (found == document_->root.end() || !found->is_object() || found->empty()) return std::nullopt;
    const json* inner = &*found;
    return Keys("config.json: " + std::string(key) + ".",
                [shared = document_, inner](std::string_view name) { return find_in(*inner, name); });
}

} // namespace engine::model
