// The limits that this process's control group and its parents set (versions 1 and 2).
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace engine::platform {

// `root` is a directory that looks like / (with proc and sys); "" is the machine itself.

// Directories of the group and of its parents: a limit of any of them holds.
std::vector<std::string> group_directories(const std::string& root, const std::string& controller);

// Processors' worth of time per second; nullopt: no limit.
std::optional<double> processor_time_limit(const std::string& root);

} // namespace engine::platform
