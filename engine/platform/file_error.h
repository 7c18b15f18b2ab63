// What the operating system said about a file, as an Error.
#pragma once

#include <string>

#include "engine/base/result.h"

namespace engine::platform {

// `what` begins the sentence: "cannot open"; `reason` is errno.
Error file_error(const std::string& what, const std::string& path, int reason);

} // namespace engine::platform
