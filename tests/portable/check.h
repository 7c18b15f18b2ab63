// CHECK() for programs that do without Qt Test: counts what fails, says where, goes on.
#pragma once

#include <cstdio>
#include <string>

#include "engine/base/result.h"

namespace portable {

inline int failures = 0;

inline void check(bool holds, const char* condition, const char* file, int line,
                  const std::string& said = {}) {
    if (holds) return;
    ++failures;
    std::printf("%s:%d: not so: %s %s\n", file, line, condition, said.c_str());
}

// What the program ends with.
inline int verdict() {
    std::printf(failures == 0 ? "all checks hold\n" : "%d checks do not hold\n", failures);
    return failures == 0 ? 0 : 1;
}

template <typename T>
void check_ok(const engine::Result<T>& result, const char* call, const char* file, int line) {
    check(result.ok(), call, file, line, result.ok() ? "" : "(" + result.error().message + ")");
}

template <typename T>
bool fails_with(const engine::Result<T>& result, engine::ErrorCode code, const std::string& words = {}) {
    return !result.ok() && result.error().code == code &&
           result.error().message.find(words) != std::string::npos;
}

} // namespace portable

#define CHECK(condition) portable::check(static_cast<bool>(condition), #condition, __FILE__, __LINE__)
#define CHECK_OK(result) portable::check_ok(result, #result, __FILE__, __LINE__)
