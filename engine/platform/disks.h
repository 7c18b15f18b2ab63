// The disks under given folders: where they are mounted, what they are, how much is free.
#pragma once

#include <string>
#include <vector>

#include "engine/platform/machine_profile.h"

namespace engine::platform {

// One for each different file system, in order of the folders. A folder that is not there stands for the
// nearest one above it that is. `root` as in ProfileSources: only the lists of mounts and devices are read
// below it; sizes are those of the folders themselves.
std::vector<Disk> disks_of(const std::vector<std::string>& folders, const std::string& root);

} // namespace engine::platform
