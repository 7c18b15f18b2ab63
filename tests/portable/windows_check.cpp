// What only Windows has: numbers of errors, long paths, jobs.
#include <windows.h>

#include "engine/platform/memory_size.h"
#include "engine/platform/topology.h"
#include "engine/platform/windows/job_limits.h"
#include "engine/platform/windows/last_error.h"
#include "engine/platform/windows/wide_text.h"
#include "tests/portable/check.h"

using namespace engine;
using namespace engine::platform;

namespace {
void errors_have_codes_and_hints() {
    const auto code = [](unsigned long reason) {
        return windows_file_error("cannot open", "x", reason).code;
    };
    for (const unsigned long reason : {ERROR_FILE_NOT_FOUND, ERROR_PATH_NOT_FOUND, ERROR_BAD_NETPATH})
        CHECK(code(reason) == ErrorCode::not_found);
    for (const unsigned long reason : {ERROR_DISK_FULL, ERROR_HANDLE_DISK_FULL})
        CHECK(code(reason) == ErrorCode::disk_full);
    for (const unsigned long reason :
         {ERROR_NOT_ENOUGH_MEMORY, ERROR_OUTOFMEMORY, ERROR_COMMITMENT_LIMIT, ERROR_NO_SYSTEM_RESOURCES})
        CHECK(code(reason) == ErrorCode::out_of_memory);
    for (const unsigned long reason :
         {ERROR_ACCESS_DENIED, ERROR_WRITE_PROTECT, ERROR_SHARING_VIOLATION, ERROR_FILE_TOO_LARGE}) {
        CHECK(code(reason) == ErrorCode::io);
        CHECK(!windows_file_error("cannot open", "x", reason).hint.empty());
    }
    const Error unknown = windows_file_error("cannot open", "x", ERROR_NOT_READY); // none of errno's
    CHECK(unknown.code == ErrorCode::io && unknown.message.starts_with("cannot open x: "));
    CHECK(unknown.message.find_last_of(".\r\n") == std::string::npos);
}

void texts_and_paths_are_converted() {
    const std::string text = "größe 模型 😀";
    CHECK(utf8_text(wide_text(text)) == text);
    CHECK(wide_text("\xff").size() == 1); // no UTF-8
    CHECK(wide_path("C:/a/../b") == L"C:\\b");
    const std::string long_path = "C:/" + std::string(300, 'x');
    CHECK(wide_path(long_path) == L"\\\\?\\C:\\" + std::wstring(300, L'x'));
    CHECK(wide_path("//server/share/" + std::string(300, 'x')) ==
          L"\\\\?\\UNC\\server\\share\\" + std::wstring(300, L'x'));
    CHECK(wide_path("\\\\?\\C:\\b") == L"\\\\?\\C:\\b");
}

void words_of_a_jobs_processor_limit() {
    constexpr unsigned long kOn = 1, kWeight = 2, kCap = 4, kRange = 16;
    CHECK(!processor_limit_of(0, 5000, 8));
    CHECK(!processor_limit_of(kOn | kWeight, 5, 8));
    CHECK(processor_limit_of(kOn | kCap, 2500, 8) == 2.0);
    CHECK(!processor_limit_of(kOn | kCap, 10000, 8));
    CHECK(processor_limit_of(kOn | kRange, (5000u << 16) | 1000u, 8) == 4.0);
}

// Last: a process never leaves its job.
void a_job_limits_memory() {
    const MemorySize before = memory_size("");
    constexpr int64_t kLimit = int64_t{1} << 30;
    const HANDLE job = CreateJobObjectW(nullptr, nullptr);
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_PROCESS_MEMORY;
    limits.ProcessMemoryLimit = kLimit;
    if (SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits) == 0 ||
        AssignProcessToJobObject(job, GetCurrentProcess()) == 0 || !job_memory_limit()) {
        std::printf("not tried: this system's jobs do not tell their limits\n");
        return;
    }
    CHECK(job_memory_limit() == kLimit);
    const MemorySize after = memory_size("");
    CHECK(after.total == std::min(before.total, kLimit));
    CHECK(after.available < kLimit);
}
} // namespace

int main() {
    errors_have_codes_and_hints();
    texts_and_paths_are_converted();
    words_of_a_jobs_processor_limit();
    a_job_limits_memory();
    return portable::verdict();
}
