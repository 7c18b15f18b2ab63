// What Tandem knows of this computer beyond what can be seen: how fast it was measured, and what models
// taught.
#pragma once

#include "app/bridge/command_plan.h"

namespace app::cli {

// Fills `profile` and `experience` from the database of the window, for a plan of this computer. Without one,
// or one that cannot be read, they stay empty.
void addWhatIsKnown(bridge::CommandPlan& plan);

} // namespace app::cli
