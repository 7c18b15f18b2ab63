// What is asked before the system is.
#include "engine/platform/host_memory.h"

#include <limits>
#include <optional>
#include <string>

#include "engine/platform/memory_size.h"

namespace engine::platform {

namespace {

Error refused(int64_t bytes, const std::string& where) {
    return {ErrorCode::out_of_memory,
            "the system refused " + std::to_string(bytes / 1000000) + " MB of memory" + where,
            "Close other programs, or choose a smaller model or a shorter context."};
}

} // namespace

Result<HostBuffer> HostBuffer::allocate(int64_t bytes) {
    return allocate(bytes, -1);
}

Result<HostBuffer> HostBuffer::allocate(int64_t bytes, int node) {
    if (bytes < 0) return Error{ErrorCode::invalid_argument, "a buffer of negative size was asked for", ""};
    HostBuffer buffer;
    if (bytes == 0) return buffer;
    if (bytes > std::numeric_limits<int64_t>::max() / 2) return refused(bytes, "");
    // On Linux a bound page that its node cannot give ends the process; Windows would go on with another
    // node's memory, and nobody would notice but the clock.
    const auto available = node < 0 ? std::nullopt : node_available_bytes("", node);
    if (available && bytes > *available) return refused(bytes, " on memory node " + std::to_string(node));
    if (!buffer.map(bytes, node)) return refused(bytes, "");
    buffer.size_ = bytes;
    return buffer;
}

} // namespace engine::platform
