// How urgently the system runs a thread.
#pragma once

namespace engine::platform {

// The calling thread and those it will start give way to all others. For good: a program may not take it
// back.
void make_this_thread_give_way();

} // namespace engine::platform
