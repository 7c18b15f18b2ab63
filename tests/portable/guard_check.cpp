// A mapped file that is cut while it is read: zeros and an error, not the end of the program.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#ifdef _WIN32
#include <windows.h>
#endif

#include "engine/platform/mapped_file.h"
#include "tests/portable/check.h"
#include "tests/portable/scratch_folder.h"

namespace fs = std::filesystem;
using namespace engine;
using namespace engine::platform;
using portable::ScratchFolder;

namespace {
constexpr size_t kBytes = 8 << 20;

std::shared_ptr<const MappedFile> map(const ScratchFolder& folder, const std::string& name) {
    std::ofstream(folder.path() / name, std::ios::binary) << std::string(kBytes, 'x');
    const auto mapped = MappedFile::open(folder.file(name));
    CHECK_OK(mapped);
    return mapped.ok() ? *mapped : nullptr;
}

// False: this system lets nobody cut a file that is mapped. So says Wine, but the system below it does.
bool cut(const ScratchFolder& folder, const std::string& name, size_t size) {
    std::error_code failed;
    fs::resize_file(folder.path() / name, size, failed);
    if (!failed) return true;
#ifdef _WIN32
    std::wstring command =
        L"truncate -s " + std::to_wstring(size) + L" " + std::wstring(name.begin(), name.end());
    STARTUPINFOW start{};
    start.cb = sizeof start;
    PROCESS_INFORMATION process{};
    if (CreateProcessW(L"Z:\\usr\\bin\\truncate", command.data(), nullptr, nullptr, FALSE, 0, nullptr,
                       folder.path().c_str(), &start, &process) == 0)
        return false;
    // There is no handle of such a process to wait for.
    for (int tries = 0; tries < 3000 && fs::file_size(folder.path() / name) != size; ++tries)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return fs::file_size(folder.path() / name) == size;
#else
    return false;
#endif
}

void what_is_gone_reads_as_zeros(const ScratchFolder& folder) {
    const auto file = map(folder, "cut"), other = map(folder, "other");
    if (!cut(folder, "cut", 4096)) {
        std::printf("not tried: this system lets nobody cut a mapped file\n");
        return;
    }
    CHECK(file->bytes()[0] == std::byte{'x'});
    CHECK_OK(file->check()); // nobody has missed anything
    CHECK(file->bytes()[kBytes - 1] == std::byte{0});
    CHECK(portable::fails_with(file->check(), ErrorCode::io, "became shorter while it was in use"));
    CHECK(file->bytes()[kBytes / 2] == std::byte{0});
    CHECK(file->bytes()[0] == std::byte{0});
    CHECK_OK(other->check());
    CHECK(other->bytes()[kBytes - 1] == std::byte{'x'});
    file->release(file->bytes());
    CHECK(file->bytes()[1] == std::byte{0});
}

void many_threads_may_meet_it(const ScratchFolder& folder) {
    for (int round = 0; round < 10; ++round) {
        const std::string name = "many" + std::to_string(round);
        const auto file = map(folder, name);
        if (!cut(folder, name, 0)) return;
        std::atomic<int> sum = 0;
        std::vector<std::thread> threads;
        for (size_t t = 0; t < 4; ++t) {
            threads.emplace_back([&, t] {
                for (size_t at = t * 4096; at < kBytes; at += size_t{4} * 4096)
                    sum += static_cast<int>(file->bytes()[at]);
            });
        }
        for (std::thread& thread : threads)
            thread.join();
        CHECK(sum == 0);
        CHECK(!file->check().ok());
    }
}
} // namespace

int main() {
    const ScratchFolder folder;
    what_is_gone_reads_as_zeros(folder);
    many_threads_may_meet_it(folder);
    return portable::verdict();
}
