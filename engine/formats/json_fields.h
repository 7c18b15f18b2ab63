// JsonFields: the members of a JSON object, each asked for once with the values it may have.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"

namespace engine::formats {

// The first thing that is wrong is kept in the error that all objects of a file share; what is asked for
// after that gets the value of an absent member, so that a reader needs one check at its end.
class JsonFields {
 public:
    // `place` of the object for messages: "gpus[0]", "" for the whole file.
    JsonFields(const nlohmann::json& object, std::string place, std::optional<Error>& error);

    // Absent: 0, "", false, nullptr.
    int64_t integer(const char* key, int64_t least, int64_t most);
    double real(const char* key, double most); // from 0 on
    bool flag(const char* key);
    std::string text(const char* key, size_t most_bytes);
    const nlohmann::json* array(const char* key, size_t most_entries);
    std::optional<JsonFields> object(const char* key);

    bool has(const char* key) const;
    std::string place_of(const std::string& key) const; // "gpus[0].name"
    void fail(const std::string& key, const std::string& what);
    void finish(); // a member that nobody asked for is an error; "comment" is asked for by itself

 private:
    const nlohmann::json* member(const char* key);

    const nlohmann::json& object_;
    std::string place_;
    std::optional<Error>& error_;
    std::vector<std::string> asked_ = {"comment"};
};

} // namespace engine::formats
