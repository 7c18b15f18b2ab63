// LogSink: where the engine's few words for the log go. The engine itself never prints.
#pragma once

#include <functional>
#include <string_view>

namespace engine::base {

enum class LogLevel { debug, info, warning };

// Called from any thread; an empty sink drops the line.
using LogSink = std::function<void(LogLevel, std::string_view)>;

} // namespace engine::base

namespace engine {
using namespace base;
}
