// Verifier: reads a model's files from end to end and holds their SHA-256 against the one they should have.
#pragma once

#include <QObject>
#include <QThreadPool>
#include <atomic>
#include <memory>

#include "app/library/library.h"

namespace app::library {

class Verifier : public QObject {
    Q_OBJECT
 public:
    Verifier(Library& library, storage::Database& database, QObject* parent = nullptr);
    ~Verifier() override;

    void start(EntryId id); // after those that were started before
    void cancel(EntryId id);
    bool isAtWork(EntryId id) const { return m_current == id || m_waiting.contains(id); }
    double progress(EntryId id) const { return id == m_current ? m_progress : 0; } // 0 to 1

 Q_SIGNALS:
    void progressed(app::library::EntryId id);
    // Verdict::none: it was cancelled, or could not be done for the reason in `problem`.
    void finished(app::library::EntryId id, app::library::Verification::Verdict verdict,
                  const QString& problem);

 private:
    struct FileHash {
        EntryFile file;
        QString sha256, fingerprint;
    };
    struct Reading {
        QList<FileHash> hashes;
        QString problem;
        bool changed = false; // since the library looked at it
    };

    void next();
    void read(const Entry& entry, const std::shared_ptr<std::atomic_bool>& stop);
    void judge(EntryId id, const Reading& reading);
    void conclude(EntryId id, Verification::Verdict verdict, const QString& problem);

    Library& m_library;
    storage::Database& m_database;
    QList<EntryId> m_waiting;
    EntryId m_current = 0; // 0: none
    double m_progress = 0;
    std::shared_ptr<std::atomic_bool> m_stop;
    QThreadPool m_thread; // last: it uses what stands above
};

} // namespace app::library

Q_DECLARE_METATYPE(app::library::Verification::Verdict)
