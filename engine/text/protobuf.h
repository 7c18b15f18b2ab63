// ProtobufReader: the fields of a protocol-buffers message, one after the other.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace engine::text {

// Every step is checked against the bytes that are left.
class ProtobufReader {
 public:
    // `at`: the byte of the file at which the message begins, for errors.
    explicit ProtobufReader(std::string_view message, size_t at = 0) : rest_(message), at_(at) {}

    struct Field {
        uint64_t number = 0;
        enum class Kind { number, bytes } kind = Kind::number;
        uint64_t value = 0;     // of a number: as it is encoded, floats as their bits
        std::string_view bytes; // a text or a message
        size_t at = 0;          // byte of the file at which the value begins

        int64_t integer() const { return static_cast<int64_t>(value); }
        bool boolean() const { return value != 0; }
        float real() const;
        ProtobufReader message() const { return ProtobufReader(bytes, at); }
    };
    bool done() const { return rest_.empty(); }
    // Not when done. Errors: bad_file with the byte.
    Result<Field> next();

 private:
    Result<uint64_t> varint();
    Result<std::string_view> take(uint64_t count);
    Result<uint64_t> fixed(uint64_t bytes);
    Error bad(const std::string& what) const;

    std::string_view rest_;
    size_t at_;
};

} // namespace engine::text
