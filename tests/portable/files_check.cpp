// Files as memory, files that appear when they are complete, files past the cache, libraries: on any system.
#include <algorithm>
#include <cstring>
#include <vector>

#include "engine/platform/atomic_file.h"
#include "engine/platform/dynamic_library.h"
#include "engine/platform/host_memory.h"
#include "engine/platform/mapped_file.h"
#include "engine/platform/uncached_file.h"
#include "tests/portable/check.h"
#include "tests/portable/scratch_folder.h"

namespace fs = std::filesystem;
using namespace engine;
using namespace engine::platform;
using portable::fails_with;
using portable::ScratchFolder;

namespace {
std::span<const std::byte> bytes(const std::string& text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

std::string content(const std::string& path) {
    const auto file = MappedFile::open(path);
    if (!file.ok()) return "(" + file.error().message + ")";
    const auto all = (*file)->bytes();
    return {reinterpret_cast<const char*>(all.data()), all.size()};
}

Result<void> write(const std::string& path, const std::string& text) {
    ENGINE_ASSIGN(AtomicFile file, AtomicFile::create(path, text.size()));
    ENGINE_TRY(file.append(bytes(text)));
    return file.commit();
}

size_t files_in(const fs::path& folder) {
    return static_cast<size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

void files_appear_when_complete() {
    const ScratchFolder folder;
    const std::string path = folder.file("модель.gguf");
    CHECK_OK(write(path, "old"));
    {
        auto file = AtomicFile::create(path, 1 << 20);
        CHECK_OK(file);
        CHECK_OK(file->append(bytes("new")));
        CHECK(content(path) == "old");
        CHECK(files_in(folder.path()) == 2);
        CHECK_OK(file->append(bytes("er")));
        CHECK_OK(file->commit());
    }
    CHECK(content(path) == "newer");
    {
        auto file = AtomicFile::create(path, 0);
        CHECK_OK(file);
        CHECK_OK(file->append(bytes("half")));
        AtomicFile moved = std::move(*file);
        CHECK_OK(moved.append(bytes("way")));
    }
    CHECK(content(path) == "newer");
    CHECK(files_in(folder.path()) == 1);
}

void paths_may_be_long() {
    const ScratchFolder folder;
    std::string path = folder.file("deep");
    fs::path place = folder.path() / "deep";
#ifdef _WIN32
    place = L"\\\\?\\" + fs::path(place).make_preferred().native();
#endif
    const std::string step(50, 'x');
    std::vector<fs::path> made = {place};
    for (int i = 0; i < 8; ++i) {
        path += "/" + step;
        made.push_back(made.back() / step);
    }
    for (const fs::path& each : made)
        fs::create_directory(each);
    CHECK_OK(write(path + "/file", "far away"));
    CHECK(content(path + "/file") == "far away");
    fs::remove(made.back() / "file");
    while (!made.empty()) {
        fs::remove(made.back());
        made.pop_back();
    }
    CHECK(files_in(folder.path()) == 0);
}

void errors_are_the_same_everywhere() {
    const ScratchFolder folder;
    const std::string missing = folder.file("missing");
    CHECK(
        fails_with(MappedFile::open(missing), ErrorCode::not_found, missing + ": No such file or directory"));
    CHECK(MappedFile::open(missing).error().hint == "Check the path.");
    CHECK(fails_with(UncachedFile::open(missing), ErrorCode::not_found));
    CHECK(fails_with(AtomicFile::create(missing + "/file", 0), ErrorCode::not_found));
    const std::string inside = folder.file("folder");
    fs::create_directory(folder.path() / "folder");
    CHECK(fails_with(MappedFile::open(inside), ErrorCode::io, "is a folder, not a file"));
    CHECK(fails_with(AtomicFile::create(inside, 0), ErrorCode::io, "it is a folder"));
    CHECK(!UncachedFile::open(inside).ok());
    const auto absurd =
        AtomicFile::create(folder.file("absurd"), uint64_t{1} << 62); // more than any disk has
    CHECK(absurd.ok() || !absurd.error().message.empty());
    CHECK_OK(write(folder.file("empty"), ""));
    CHECK(content(folder.file("empty")).empty());
}

void released_pages_are_read_again() {
    const ScratchFolder folder;
    const std::string text(8 << 20, 'x'), path = folder.file("large");
    CHECK_OK(write(path, text));
    const auto file = MappedFile::open(path);
    CHECK_OK(file);
    CHECK(std::memcmp((*file)->bytes().data(), text.data(), text.size()) == 0);
    (*file)->release((*file)->bytes().subspan(3));
    (*file)->release({});
    CHECK(std::memcmp((*file)->bytes().data(), text.data(), text.size()) == 0);
    CHECK_OK((*file)->check());
}

void the_cache_is_passed_by() {
    const ScratchFolder folder;
    constexpr int64_t kBlock = 1 << 20;
    const auto block = HostBuffer::allocate(kBlock);
    const std::span<std::byte> room(block->data(), static_cast<size_t>(kBlock));
    std::string text(2 * kBlock + 100, '\0');
    for (size_t i = 0; i < text.size(); ++i)
        text[i] = static_cast<char>(i * 31 % 251);
    CHECK_OK(write(folder.file("file"), text));
    {
        const auto file = UncachedFile::open(folder.file("file"));
        CHECK_OK(file);
        CHECK(file->size() == static_cast<int64_t>(text.size()));
        for (int64_t at = 0; at < file->size(); at += kBlock) {
            const auto count = file->read(at, room);
            CHECK_OK(count);
            CHECK(*count == std::min(kBlock, file->size() - at));
            CHECK(std::memcmp(room.data(), text.data() + at, static_cast<size_t>(*count)) == 0);
        }
    }
    auto measured = UncachedFile::create_in(folder.file(""));
    if (fails_with(measured, ErrorCode::unsupported)) return; // a file system without such files
    CHECK_OK(measured);
    std::fill(room.begin(), room.end(), std::byte{7});
    CHECK_OK(measured->append(room));
    CHECK_OK(measured->append(room));
    std::fill(room.begin(), room.end(), std::byte{0});
    CHECK(*measured->read(kBlock, room) == kBlock);
    CHECK(std::all_of(room.begin(), room.end(), [](std::byte b) { return b == std::byte{7}; }));
    { const UncachedFile gone = std::move(*measured); }
    CHECK(files_in(folder.path()) == 1);
}

void libraries_may_be_missing_or_broken() {
    CHECK(fails_with(DynamicLibrary::open("tandem-no-such-library.so"), ErrorCode::not_found,
                     "is not on this computer"));
    const ScratchFolder folder;
    CHECK_OK(write(folder.file("broken.so"), "this is no library"));
    CHECK(fails_with(DynamicLibrary::open(folder.file("broken.so")), ErrorCode::unsupported,
                     "cannot be loaded"));
    CHECK(fails_with(DynamicLibrary::open(folder.file("missing.so")), ErrorCode::not_found));
#ifdef _WIN32
    const auto library = DynamicLibrary::open("kernel32.dll");
    const char* const name = "GetTickCount64";
#else
    const auto library = DynamicLibrary::open("libc.so.6");
    const char* const name = "getpid";
#endif
    CHECK_OK(library);
    void (*function)() = nullptr;
    CHECK(library->find(name, function));
    CHECK(!library->find("tandem_has_no_such_function", function));
}
} // namespace

int main() {
    files_appear_when_complete();
    paths_may_be_long();
    errors_are_the_same_everywhere();
    released_pages_are_read_again();
    the_cache_is_passed_by();
    libraries_may_be_missing_or_broken();
    return portable::verdict();
}
