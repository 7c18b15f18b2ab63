// openDatabase: opens the conversations' file, checked and migrated; sets a damaged one aside.
#pragma once

#include <memory>

#include "app/storage/connection.h"
#include "app/storage/database.h"
#include "app/storage/instance_lock.h"

namespace app::storage {

// A damaged file is moved to "conversations.damaged-TIME.sqlite" with its journals, never deleted, what can
// be read of it is copied into a fresh one, and `report` says so. While another instance has it open it stays
// where it is: corrupt.
Outcome<std::unique_ptr<Connection>> openDatabase(const Paths& paths, const InstanceLock& instance,
                                                  OpenReport& report);

} // namespace app::storage
