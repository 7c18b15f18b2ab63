// On which processors a thread may run.
#pragma once

#include <vector>

namespace engine::platform {

std::vector<int> allowed_processors(); // of the calling thread, rising; at least one
// False when the system refuses: the thread then runs where it ran before.
bool bind_this_thread(const std::vector<int>& processors);
int current_processor(); // of the calling thread, a moment ago; -1: not known

} // namespace engine::platform
