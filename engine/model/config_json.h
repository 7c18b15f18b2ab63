// ConfigJson: a Hugging Face config.json, parsed once, as Keys.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/model/keys.h"

namespace engine::model {

class ConfigJson {
 public:
    // Errors: bad_file (not JSON, not an object).
    static Result<ConfigJson> parse(std::string_view text);

    const Keys& keys() const { return keys_; }
    // The keys of an object inside; nullopt when it is absent, null, empty or not an object.
    std::optional<Keys> object(std::string_view key) const;

 private:
    struct Document;
    ConfigJson(std::shared_ptr<const Document> document, Keys keys);
    std::shared_ptr<const Document> document_;
    Keys keys_;
};

} // namespace engine::model
