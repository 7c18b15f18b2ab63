// Pieces of 8 MiB: a slow disk takes them in a tenth of a second, so that stopping feels immediate.
#include "engine/formats/tensor_output.h"

#include <algorithm>
#include <vector>

#include "engine/formats/gguf_types.h"

namespace engine::formats {

Result<void> TensorOutput::append(std::span<const std::byte> bytes) {
    constexpr size_t kPiece = size_t{8} << 20;
    while (!bytes.empty()) {
        if (stop_.requested()) return Error{ErrorCode::cancelled, "writing was stopped", ""};
        const auto piece = bytes.first(std::min(bytes.size(), kPiece));
        ENGINE_TRY(file_.append(piece));
        done_ += piece.size();
        bytes = bytes.subspan(piece.size());
        if (progress_) progress_(static_cast<int64_t>(done_), static_cast<int64_t>(total_));
    }
    return {};
}

Result<void> TensorOutput::pad(uint64_t alignment) {
    const std::vector<std::byte> zeros(align_up(done_, alignment) - done_);
    return append(zeros);
}

} // namespace engine::formats
