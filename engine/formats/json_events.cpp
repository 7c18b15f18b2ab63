// JsonEvents: depth limit and error texts.
#include "engine/formats/json_events.h"

#include <nlohmann/json.hpp>

#include "engine/formats/printable.h"

namespace engine::formats {

namespace {
constexpr int kDeepest = 64;
}

class JsonEvents::Adapter : public nlohmann::json_sax<nlohmann::json> {
 public:
    explicit Adapter(JsonEvents& to) : to_(to) {}
    bool null() override { return to_.met(Kind::null, {}, nullptr); }
    bool boolean(bool) override { return to_.met(Kind::boolean, {}, nullptr); }
    bool number_integer(number_integer_t) override { return to_.met(Kind::integer, {}, nullptr); }
    bool number_unsigned(number_unsigned_t value) override { return to_.met(Kind::integer, value, nullptr); }
    bool number_float(number_float_t, const string_t&) override { return to_.met(Kind::real, {}, nullptr); }
    bool string(string_t& value) override { return to_.met(Kind::text, {}, &value); }
    bool binary(binary_t&) override { return to_.fail("it holds binary data"); }
    bool start_object(size_t) override { return to_.open(Kind::object); }
    bool end_object() override { return to_.close(Kind::object); }
    bool start_array(size_t) override { return to_.open(Kind::array); }
    bool end_array() override { return to_.close(Kind::array); }
    bool key(string_t& name) override { return to_.named(name); }
    bool parse_error(size_t position, const std::string& token, const nlohmann::detail::exception&) override {
        return to_.fail("it is not valid JSON at byte " + std::to_string(position) + ", near " +
                        printable(token));
    }

 private:
    JsonEvents& to_;
};

Result<void> JsonEvents::run(std::string_view text) {
    depth_ = 0;
    error_.reset();
    Adapter adapter(*this);
    nlohmann::json_sax<nlohmann::json>* events = &adapter;
    const bool done = nlohmann::json::sax_parse(text.begin(), text.end(), events);
    if (error_) return *std::move(error_);
    if (!done) return Error{ErrorCode::bad_file, "it is not JSON", ""};
    return {};
}

const char* JsonEvents::to_string(Kind kind) {
    switch (kind) {
        case Kind::null:
            return "null";
        case Kind::boolean:
            return "a boolean";
        case Kind::integer:
        case Kind::real:
            return "a number";
        case Kind::text:
            return "a string";
        case Kind::object:
            return "an object";
        case Kind::array:
            return "an array";
    }
    return "a value";
}

bool JsonEvents::fail(std::string message, ErrorCode code) {
    if (!error_)
        error_ = Error{code, std::move(message),
                       code == ErrorCode::bad_file ? "The file is damaged: download it again." : ""};
    return false;
}

bool JsonEvents::open(Kind kind) {
    if (++depth_ > kDeepest)
        return fail("it is nested more than " + std::to_string(kDeepest) + " levels deep");
    return opened(kind);
}

bool JsonEvents::close(Kind kind) {
    --depth_;
    return closed(kind);
}

} // namespace engine::formats
