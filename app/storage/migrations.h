// Migrations: brings a database file to the schema that this program speaks, one numbered step at a time.
#pragma once

#include "app/storage/connection.h"

namespace app::storage {

int newestSchema();

// Each step (migrations/NNNN_name.sql) runs in a transaction of its own together with its version number, so
// an interrupted migration goes on where it stopped. A newer file is refused untouched: Kind::newerSchema.
Outcome<void> migrate(Connection& connection);
// The same up to `target`, for tests.
Outcome<void> migrate(Connection& connection, int target);

// Makes the index of full-text search anew out of the texts, for when its own pages are damaged.
Outcome<void> rebuildSearch(Connection& connection);

} // namespace app::storage
