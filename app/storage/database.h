// Database: the conversations' file. One thread writes, one reads, each with its own connection; nobody else
// waits for the disk.
//
// Jobs run in order. `done` is called on the thread of the Database, and not at all once `receiver` is gone.
// A write that the disk refuses (full, read-only, busy) is kept with everything behind it and tried again
// until it passes: stuck() tells, recovered() tells again. Nothing is lost while the program runs.
#pragma once

#include <QObject>
#include <QPointer>
#include <QTimer>
#include <functional>
#include <memory>
#include <optional>

#include "app/storage/connection.h"
#include "app/storage/paths.h"

namespace app::storage {

class InstanceLock;
class Lane;

// What opening found; told once by opened().
struct OpenReport {
    QString setAside;        // not empty: the file was damaged and now lies here; a fresh one was made
    qint64 salvaged = 0;     // conversations saved out of the damaged file
    bool afterCrash = false; // some instance did not end in order
};

enum class Durability {
    process, // survives a crash of this program
    power,   // survives a power cut: waits for the disk
};

class Database : public QObject {
    Q_OBJECT
 public:
    explicit Database(Paths paths, QObject* parent = nullptr);
    ~Database() override; // finishes what is queued; what the disk still refuses then is lost

    void open();
    bool isOpen() const { return m_open; }
    bool isStuck() const { return m_stuck; }
    const InstanceLock& instance() const { return *m_instance; }

    using Job = std::function<Outcome<void>(Connection&)>;
    using Done = std::function<void(const Outcome<void>&)>;
    // One transaction. `done` comes once it is committed, or failed for a reason that will not pass.
    void write(Job job, Durability durability = Durability::process, QObject* receiver = nullptr,
               Done done = {});

    // Reads see everything that was committed before they start; `afterWrites`: also all writes queued by
    // now.
    template <typename T>
    void read(std::function<Outcome<T>(Connection&)> job, QObject* receiver,
              std::function<void(const Outcome<T>&)> done, bool afterWrites = false);

 Q_SIGNALS:
    void opened(const app::storage::OpenReport& report);
    void openFailed(const app::storage::Failure& failure);
    void stuck(const app::storage::Failure& failure); // "not saved: the disk is full"; being retried
    void recovered();
    void changedElsewhere(); // another instance committed something (looked for every 2 s)

 private:
    void finishOpening(const Outcome<OpenReport>& outcome);
    void pollOthers();
    void followFile();
    void readJob(Job job, bool afterWrites, QObject* receiver, Done done);
    void post(Lane& lane, Job job, bool transaction, Durability durability, QObject* receiver, Done done);

    Paths m_paths;
    std::unique_ptr<InstanceLock> m_instance;
    std::unique_ptr<Lane> m_writer, m_reader;
    QTimer m_poll;
    bool m_open = false;
    bool m_stuck = false;
    bool m_pollOnWay = false;
    qint64 m_dataVersion = 0;
};

template <typename T>
void Database::read(std::function<Outcome<T>(Connection&)> job, QObject* receiver,
                    std::function<void(const Outcome<T>&)> done, bool afterWrites) {
    const auto result = std::make_shared<std::optional<Outcome<T>>>();
    readJob(
        [job = std::move(job), result](Connection& connection) -> Outcome<void> {
            result->emplace(job(connection));
            return (*result)->ok() ? Outcome<void>() : Outcome<void>((*result)->failure());
        },
        afterWrites, receiver,
        [done = std::move(done), result](const Outcome<void>& outcome) {
            done(*result ? **result : Outcome<T>(outcome.failure()));
        });
}

} // namespace app::storage
