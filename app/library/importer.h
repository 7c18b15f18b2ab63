// Importer: brings models into the models folder by copy, move or link: all of a model or nothing of it.
#pragma once

#include <QObject>
#include <QThreadPool>
#include <atomic>
#include <memory>

#include "app/bridge/user_message.h"
#include "app/library/import_plan.h"

namespace app::library {

struct ImportResult {
    QStringList made; // paths in the models folder, also of what was there already
    bool cancelled = false;
    bridge::UserMessage problem; // not empty: why not all was taken in
};

class Importer : public QObject {
    Q_OBJECT
 public:
    explicit Importer(QObject* parent = nullptr);
    ~Importer() override;

    // One at a time; later ones wait.
    void start(const ImportRequest& request);
    void cancel(); // the one that runs
    bool isAtWork() const { return m_running > 0; }

 Q_SIGNALS:
    void started(const QString& name);
    void progressed(qint64 done, qint64 total);
    void finished(const app::library::ImportResult& result);

 private:
    int m_running = 0;
    std::shared_ptr<std::atomic_bool> m_stop;
    QThreadPool m_thread; // last: it uses what stands above
};

} // namespace app::library

Q_DECLARE_METATYPE(app::library::ImportResult)
