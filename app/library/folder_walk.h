// walk: which models lie below a folder, by names alone; nothing is opened but manifests and adapters' notes.
#pragma once

#include <atomic>

#include "app/library/entry.h"

namespace app::library {

struct Walk {
    QList<Entry> found;     // unread, incomplete or damaged
    QStringList folders;    // to be watched
    QStringList unreadable; // folders that could not be listed
    bool reachable = false; // the folder itself is there
    bool cutShort = false;  // more was there than is looked at
};

// Follows links to folders, but each folder once, so loops end. At most kDeepest folders deep, at most
// kMostNames names.
inline constexpr int kDeepest = 8;
inline constexpr int kMostNames = 200'000;
Walk walk(const Folder& folder, const std::atomic_bool& stop);

} // namespace app::library
