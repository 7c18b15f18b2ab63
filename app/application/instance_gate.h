// InstanceGate: a second start hands its files to the window that is open already.
//
// One gate per data folder. Use: if (gate.handOver(files)) return 0; else gate.listen(). Starts that want a
// window of their own (--new-window) skip handOver() and listen only when nobody does yet.
#pragma once

#include <QLocalServer>
#include <QLockFile>
#include <QObject>
#include <QStringList>

#include "app/storage/paths.h"

namespace app::application {

class InstanceGate : public QObject {
    Q_OBJECT
 public:
    explicit InstanceGate(const storage::Paths& paths, QObject* parent = nullptr);
    ~InstanceGate() override;

    // True when another window took the files (absolute paths; an empty list only brings it to the front).
    // Waits at most a second; a window that does not answer counts as none.
    bool handOver(const QStringList& files);
    bool listen(); // false: another one listens already

 Q_SIGNALS:
    void filesReceived(const QStringList& files); // empty: come to the front

 private:
    void receive();

    QString m_name;
    QLockFile m_lock;
    QLocalServer m_server;
};

} // namespace app::application
