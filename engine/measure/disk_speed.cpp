// Blocks of 8 MB: a system splits them into requests that keep a fast disk's queue filled.
#include "engine/measure/disk_speed.h"

#include <filesystem>
#include <optional>

#include "engine/base/random.h"
#include "engine/measure/statistics.h"
#include "engine/platform/host_memory.h"
#include "engine/platform/uncached_file.h"

namespace fs = std::filesystem;

namespace engine::measure {

namespace {

using platform::UncachedFile;

constexpr int64_t kBlock = int64_t{8} << 20;
constexpr int64_t kLargeFile = int64_t{64} << 20;
constexpr int64_t kMostWritten = int64_t{128} << 20;
constexpr int64_t kFreeToWrite = int64_t{2} << 30;
constexpr int kMostLookedAt = 4000, kDeepest = 4;

bool done(double until, const StopToken& stop) {
    return stop.requested() || seconds_now() >= until;
}

std::optional<std::string> largest_file(const std::string& folder, double until, const StopToken& stop) {
    std::error_code failed;
    fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied, failed);
    std::optional<std::string> largest;
    auto size = static_cast<uintmax_t>(kLargeFile) - 1;
    for (int looked = 0;
         !failed && at != fs::recursive_directory_iterator() && looked < kMostLookedAt && !done(until, stop);
         at.increment(failed), ++looked) {
        if (at.depth() >= kDeepest) at.disable_recursion_pending();
        std::error_code other;
        if (!at->is_regular_file(other) || other) continue;
        const uintmax_t here = at->file_size(other);
        if (other || here <= size) continue;
        size = here;
        largest = at->path().string();
    }
    return largest;
}

// Of bytes that no disk can compress.
std::optional<UncachedFile> written_file(const std::string& folder, std::span<std::byte> block, double until,
                                         const StopToken& stop) {
    std::error_code failed;
    const fs::space_info space = fs::space(folder, failed);
    if (failed || space.available < static_cast<uintmax_t>(kFreeToWrite)) return std::nullopt;
    auto file = UncachedFile::create_in(folder);
    if (!file.ok()) return std::nullopt;
    Random random(1, 2);
    auto* const words = reinterpret_cast<uint32_t*>(block.data());
    for (size_t i = 0; i < block.size() / sizeof(uint32_t); ++i)
        words[i] = random.next_u32();
    while (file->size() < kMostWritten && !done(until, stop)) {
        if (!file->append(block).ok()) break;
    }
    if (file->size() < kBlock) return std::nullopt;
    return std::optional<UncachedFile>(std::move(*file));
}

// One pass at most: what was read before may lie in the disk's own cache.
double speed_of(const UncachedFile& file, std::span<std::byte> block, double until, const StopToken& stop) {
    const int64_t whole = file.size() / kBlock * kBlock;
    int64_t offset = 0, total = 0;
    const double begun = seconds_now();
    while (!done(until, stop) && offset < whole) {
        const auto count = file.read(offset, block);
        if (!count.ok() || *count < kBlock) break;
        offset += *count;
        total += *count;
    }
    const double seconds = seconds_now() - begun;
    return seconds > 0 ? static_cast<double>(total) / seconds / 1e9 : 0;
}

} // namespace

double disk_read_speed(const std::string& folder, double until, const StopToken& stop) {
    const auto memory = platform::HostBuffer::allocate(kBlock);
    if (!memory.ok()) return 0;
    const std::span<std::byte> block(memory->data(), static_cast<size_t>(kBlock));
    if (const auto path = largest_file(folder, until, stop)) {
        if (const auto file = UncachedFile::open(*path); file.ok())
            return speed_of(*file, block, until, stop);
    }
    const double now = seconds_now();
    if (now >= until) return 0;
    const auto file = written_file(folder, block, now + (until - now) / 2, stop);
    return file ? speed_of(*file, block, until, stop) : 0;
}

} // namespace engine::measure
