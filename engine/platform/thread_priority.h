// How urgently the system runs a thread.
#pragma once

namespace engine::platform {

// The calling thread and those it will start give way to all others. For good: a program may not take it
// back.
void make_this_thread_give_way();

// The half of that promise which Linux keeps by itself: a thread that starts others hands them its priority.
int inherited_priority();            // of those that this thread starts; 0: nothing to be done
void inherit_priority(int priority); // called by the new thread

} // namespace engine::platform
