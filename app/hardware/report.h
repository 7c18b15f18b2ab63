// Report: a machine's profile as a table for people, one line per fact.
#pragma once

#include <QString>

#include "app/hardware/profile.h"

namespace app::hardware {

QString report(const Profile& profile);

} // namespace app::hardware
