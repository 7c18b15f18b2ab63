// StopOnInterrupt: while it lives, Ctrl+C ends the engine's call instead of the program; a second one ends
// the program.
#pragma once

namespace app::cli {

class StopOnInterrupt {
 public:
    StopOnInterrupt();
    ~StopOnInterrupt();
    StopOnInterrupt(const StopOnInterrupt&) = delete;
    StopOnInterrupt& operator=(const StopOnInterrupt&) = delete;
};

} // namespace app::cli
