// Whether the first steps were gone through.
#pragma once

#include "app/settings/settings.h"

namespace app::settings {

inline const Key<bool> kFirstRunDone{"window/first_run_done", false};

} // namespace app::settings
