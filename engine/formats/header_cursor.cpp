// HeaderCursor's checks: a count that the file cannot hold is damage, one that lies beyond the bytes at hand
// is a request for more of them.
#include "engine/formats/header_cursor.h"

namespace engine::formats {

Result<void> HeaderCursor::expect(uint64_t count, uint64_t item_bytes, const char* what) const {
    const uint64_t left_in_file = file_size_ - at_;
    if (count > left_in_file / item_bytes)
        return bad(
            std::string(what) + " needs " + (item_bytes == 1 ? "" : std::to_string(count) + " times ") +
            std::to_string(item_bytes == 1 ? count : item_bytes) + " bytes at byte " + std::to_string(at_) +
            ", but the file ends " + std::to_string(left_in_file) + " bytes later");
    if (count > (bytes_.size() - at_) / item_bytes)
        return Error{
            ErrorCode::invalid_argument,
            place_ + ": the header goes on after its first " + std::to_string(bytes_.size()) + " bytes", ""};
    return {};
}

Result<std::string_view> HeaderCursor::string(const char* what) {
    ENGINE_ASSIGN(const uint64_t length, number<uint64_t>(what));
    ENGINE_TRY(expect(length, 1, what));
    const std::string_view text(reinterpret_cast<const char*>(bytes_.data()) + at_, length);
    at_ += length;
    return text;
}

} // namespace engine::formats
