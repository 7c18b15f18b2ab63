// InstanceLock: this running program's name among several on one data folder, and who of the others lives.
//
// Each instance holds an exclusive lock on its own file <folder>/<id>.lock. The operating system gives the
// lock back when the process ends, however it ends, so a lock that can be taken belongs to the dead; process
// numbers (which come again, above all in containers) play no part.
#pragma once

#include <QString>
#include <QStringList>

namespace app::storage {

class InstanceLock {
 public:
    explicit InstanceLock(const QString& folder);
    ~InstanceLock();
    InstanceLock(const InstanceLock&) = delete;
    InstanceLock& operator=(const InstanceLock&) = delete;

    const QString& id() const { return m_id; }
    bool held() const { return m_held; }
    // True for this instance and for every other whose process is running. Any thread.
    bool isAlive(const QString& id) const;
    // Removes the files of the dead; gives back whether there were any, that is whether somebody crashed.
    bool sweep() const;
    bool othersAlive() const;

 private:
    QString fileOf(const QString& id) const;
    QStringList others() const;

    QString m_folder;
    QString m_id;
    QString m_connection; // name of the SQLite connection that holds the lock
    bool m_held = false;
};

} // namespace app::storage
