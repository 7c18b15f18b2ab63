// What Windows said about a file, as an Error.
#pragma once

#include <string>

#include "engine/base/result.h"

namespace engine::platform {

// As file_error(): the same codes and hints as on other systems. `reason` is GetLastError().
Error windows_file_error(const std::string& what, const std::string& path, unsigned long reason);

} // namespace engine::platform
