// The wire format of protocol buffers: numbers in sevens of bits, everything else with its length in front.
#include "engine/text/protobuf.h"

#include <bit>

namespace engine::text {

float ProtobufReader::Field::real() const {
    return std::bit_cast<float>(static_cast<uint32_t>(value));
}

Error ProtobufReader::bad(const std::string& what) const {
    return {ErrorCode::bad_file, "byte " + std::to_string(at_) + ": " + what, {}};
}

Result<std::string_view> ProtobufReader::take(uint64_t count) {
    if (count > rest_.size())
        return bad(std::to_string(count) + " bytes should follow, but there are " +
                   std::to_string(rest_.size()));
    const std::string_view taken = rest_.substr(0, static_cast<size_t>(count));
    rest_.remove_prefix(taken.size());
    at_ += taken.size();
    return taken;
}

Result<uint64_t> ProtobufReader::varint() {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
        ENGINE_ASSIGN(const std::string_view byte, take(1));
        const uint64_t bits = static_cast<uint8_t>(byte[0]) & 0x7Fu;
        if (shift < 64) value |= bits << shift;
        if ((static_cast<uint8_t>(byte[0]) & 0x80u) == 0) return value;
    }
    return bad("a number does not end");
}

Result<uint64_t> ProtobufReader::fixed(uint64_t bytes) {
    ENGINE_ASSIGN(const std::string_view taken, take(bytes));
    uint64_t value = 0;
    for (size_t i = taken.size(); i-- > 0;)
        value = value << 8 | static_cast<uint8_t>(taken[i]);
    return value;
}

Result<ProtobufReader::Field> ProtobufReader::next() {
    ENGINE_ASSIGN(const uint64_t tag, varint());
    Field field;
    field.number = tag >> 3;
    if (field.number == 0) return bad("there is no field 0");
    field.at = at_;
    switch (tag & 7) {
        case 0: {
            ENGINE_ASSIGN(field.value, varint());
            break;
        }
        case 1: {
            ENGINE_ASSIGN(field.value, fixed(8));
            break;
        }
        case 2: {
            ENGINE_ASSIGN(const uint64_t length, varint());
            field.kind = Field::Kind::bytes;
            field.at = at_;
            ENGINE_ASSIGN(field.bytes, take(length));
            break;
        }
        case 5: {
            ENGINE_ASSIGN(field.value, fixed(4));
            break;
        }
        default:
            return bad("a field of the unknown kind " + std::to_string(tag & 7));
    }
    return field;
}

} // namespace engine::text
