// Clock: dates as Python's strftime writes them in the C locale.
#pragma once

#include <string>
#include <string_view>

#include "engine/text/jinja/interpreter.h"

namespace engine::text::jinja {

// Directives that are not known stay as they stand.
std::string format_time(Now now, std::string_view format);

} // namespace engine::text::jinja
