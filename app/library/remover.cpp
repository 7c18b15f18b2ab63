// Removal off the window's thread.
#include "app/library/remover.h"

#include <QtConcurrent>

namespace app::library {

Remover::Remover(Library& library, QObject* parent) : QObject(parent), m_library(library) {}

void Remover::plan(EntryId id) {
    const EntryPointer entry = m_library.find(id);
    if (!entry) return;
    QtConcurrent::run([entry] {
        return planRemoval(*entry);
    }).then(this, [this, id](const RemovalPlan& plan) { Q_EMIT planned(id, plan); });
}

void Remover::remove(EntryId id, const RemovalPlan& plan) {
    QtConcurrent::run([plan] {
        return removeFiles(plan);
    }).then(this, [this, id, freed = plan.freed](const storage::Outcome<void>& done) {
        m_library.rescan();
        if (done.ok())
            Q_EMIT removed(id, freed);
        else
            Q_EMIT failed(id, done.failure().message);
    });
}

} // namespace app::library
