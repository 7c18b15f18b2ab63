// Remover: deletes models, after telling what that takes away and gives back.
#pragma once

#include <QObject>

#include "app/library/library.h"
#include "app/library/removal.h"

namespace app::library {

class Remover : public QObject {
    Q_OBJECT
 public:
    explicit Remover(Library& library, QObject* parent = nullptr);

    void plan(EntryId id);                            // planned()
    void remove(EntryId id, const RemovalPlan& plan); // removed() or failed()

 Q_SIGNALS:
    void planned(app::library::EntryId id, const app::library::RemovalPlan& plan);
    void removed(app::library::EntryId id, qint64 freed);
    void failed(app::library::EntryId id, const QString& reason);

 private:
    Library& m_library;
};

} // namespace app::library
