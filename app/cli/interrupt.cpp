// Ctrl+C during a reply.
#include "app/cli/interrupt.h"

#include <csignal>

#include "app/bridge/command_engine.h"

namespace app::cli {

StopOnInterrupt::StopOnInterrupt() {
    bridge::CommandEngine::clearStop();
    std::signal(SIGINT, [](int) {
        bridge::CommandEngine::requestStop();
        std::signal(SIGINT, SIG_DFL);
    });
}

StopOnInterrupt::~StopOnInterrupt() {
    std::signal(SIGINT, SIG_DFL);
}

} // namespace app::cli
