// Removal: what deleting a model takes away and how much room that gives, and the deleting itself.
#pragma once

#include "app/library/entry.h"
#include "app/storage/outcome.h"

namespace app::library {

struct RemovalPlan {
    QStringList paths;   // files and links
    QStringList folders; // that go when they are empty then, inner ones first
    qint64 freed = 0;    // bytes that the disk gets back
    qint64 kept =
        0; // bytes that stay because something else uses them: hard links, other revisions, other names
    bool foreign = false;
    Folder::Owner owner = Folder::Owner::own;
    QStringList otherNames; // of the same blob, that go too

    bool operator==(const RemovalPlan&) const = default;
};

// Both look at the disk and block.
RemovalPlan planRemoval(const Entry& entry);
// Stops at the first file that cannot be deleted.
storage::Outcome<void> removeFiles(const RemovalPlan& plan);

} // namespace app::library

Q_DECLARE_METATYPE(app::library::RemovalPlan)
