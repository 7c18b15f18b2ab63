// JsonFields: checks and their words.
#include "engine/formats/json_fields.h"

#include <algorithm>
#include <cmath>

#include "engine/formats/printable.h"

namespace engine::formats {

using Json = nlohmann::json;

namespace {
std::string kind_of(const Json& value) {
    switch (value.type()) {
        case Json::value_t::null:
            return "null";
        case Json::value_t::object:
            return "an object";
        case Json::value_t::array:
            return "a list";
        case Json::value_t::string:
            return "a text";
        case Json::value_t::boolean:
            return value.get<bool>() ? "true" : "false";
        default:
            return value.dump();
    }
}
} // namespace

JsonFields::JsonFields(const Json& object, std::string place, std::optional<Error>& error)
    : object_(object), place_(std::move(place)), error_(error) {
    if (!object.is_object() && !error_)
        error_ =
            Error{ErrorCode::bad_file,
                  (place_.empty() ? "the file" : place_) + " is " + kind_of(object) + ", not an object", ""};
}

const Json* JsonFields::member(const char* key) {
    asked_.emplace_back(key);
    if (error_ || !object_.is_object()) return nullptr;
    const auto at = object_.find(key);
    return at != object_.end() ? &*at : nullptr;
}

int64_t JsonFields::integer(const char* key, int64_t least, int64_t most) {
    const Json* const value = member(key);
    if (value == nullptr) return 0;
    const bool is_in = value->is_number_unsigned() ? value->get<uint64_t>() <= static_cast<uint64_t>(most) &&
                                                         static_cast<int64_t>(value->get<uint64_t>()) >= least
                       : value->is_number_integer()
                           ? value->get<int64_t>() >= least && value->get<int64_t>() <= most
                           : false;
    if (is_in) return value->get<int64_t>();
    fail(key, "is " + kind_of(*value) + ", not a whole number from " + std::to_string(least) + " to " +
                  std::to_string(most));
    return 0;
}

double JsonFields::real(const char* key, double most) {
    const Json* const value = member(key);
    if (value == nullptr) return 0;
    const double number = value->is_number() ? value->get<double>() : -1;
    if (std::isfinite(number) && number >= 0 && number <= most) return number;
    fail(key, "is " + kind_of(*value) + ", not a number from 0 to " + std::to_string(std::llround(most)));
    return 0;
}

bool JsonFields::flag(const char* key) {
    const Json* const value = member(key);
    if (value == nullptr) return false;
    if (value->is_boolean()) return value->get<bool>();
    fail(key, "is " + kind_of(*value) + ", not true or false");
    return false;
}

std::string JsonFields::text(const char* key, size_t most_bytes) {
    const Json* const value = member(key);
    if (value == nullptr) return "";
    if (!value->is_string()) {
        fail(key, "is " + kind_of(*value) + ", not a text");
    } else if (value->get_ref<const std::string&>().size() > most_bytes) {
        fail(key, "is longer than " + std::to_string(most_bytes) + " bytes");
    } else {
        return value->get<std::string>();
    }
    return "";
}

const Json* JsonFields::array(const char* key, size_t most_entries) {
    const Json* const value = member(key);
    if (value == nullptr) return nullptr;
    if (!value->is_array()) {
        fail(key, "is " + kind_of(*value) + ", not a list");
    } else if (value->size() > most_entries) {
        fail(key,
             "has " + std::to_string(value->size()) + " entries, more than " + std::to_string(most_entries));
    } else {
        return value;
    }
    return nullptr;
}

std::optional<JsonFields> JsonFields::object(const char* key) {
    const Json* const value = member(key);
    if (value == nullptr) return std::nullopt;
    return JsonFields(*value, place_of(key), error_);
}

bool JsonFields::has(const char* key) const {
    return object_.is_object() && object_.contains(key);
}

std::string JsonFields::place_of(const std::string& key) const {
    return place_.empty() ? key : place_ + "." + key;
}

void JsonFields::fail(const std::string& key, const std::string& what) {
    if (!error_) error_ = Error{ErrorCode::bad_file, place_of(key) + " " + what, ""};
}

void JsonFields::finish() {
    if (error_ || !object_.is_object()) return;
    for (const auto& [key, value] : object_.items()) {
        if (std::find(asked_.begin(), asked_.end(), key) != asked_.end()) continue;
        std::string known;
        for (const std::string& name : asked_)
            known += (known.empty() ? "" : ", ") + name;
        error_ = Error{ErrorCode::bad_file, "nothing is called " + place_of(printable(key)),
                       (place_.empty() ? "The file" : place_) + " may have: " + known + "."};
        return;
    }
}

} // namespace engine::formats
