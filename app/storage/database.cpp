// Wires the two lanes to the thread of the Database.
#include "app/storage/database.h"

#include "app/storage/instance_lock.h"
#include "app/storage/lane.h"
#include "app/storage/migrations.h"
#include "app/storage/opening.h"

namespace app::storage {

namespace {
constexpr int kPollMs = 2000;
}

Database::Database(Paths paths, QObject* parent)
    : QObject(parent),
      m_paths(std::move(paths)),
      m_instance(std::make_unique<InstanceLock>(m_paths.instancesFolder())),
      m_writer(std::make_unique<Lane>(
          [this](const Failure* failure) {
              const std::optional<Failure> copy = failure ? std::optional(*failure) : std::nullopt;
              QMetaObject::invokeMethod(
                  this,
                  [this, copy] {
                      m_stuck = copy.has_value();
                      if (copy)
                          Q_EMIT stuck(*copy);
                      else
                          Q_EMIT recovered();
                  },
                  Qt::QueuedConnection);
          },
          rebuildSearch)), // the one damage that can be undone without setting the file aside
      m_reader(std::make_unique<Lane>([](const Failure*) {})) {
    m_poll.setInterval(kPollMs);
    connect(&m_poll, &QTimer::timeout, this, &Database::pollOthers);
}

Database::~Database() {
    if (m_open) followFile(); // a file deleted just now holds what was saved
    m_reader->close();
    m_writer->close();
}

void Database::open() {
    m_writer->start([this]() -> Outcome<std::unique_ptr<Connection>> {
        OpenReport report;
        Outcome<std::unique_ptr<Connection>> connection = openDatabase(m_paths, *m_instance, report);
        if (!connection.ok() && connection.failure().passes()) return connection;
        const Outcome<OpenReport> outcome =
            connection.ok() ? Outcome<OpenReport>(report) : Outcome<OpenReport>(connection.failure());
        QMetaObject::invokeMethod(
            this, [this, outcome] { finishOpening(outcome); }, Qt::QueuedConnection);
        return connection;
    });
}

void Database::finishOpening(const Outcome<OpenReport>& outcome) {
    const bool ok = outcome.ok();
    const Failure failure = ok ? Failure() : outcome.failure();
    m_reader->start([file = m_paths.databaseFile(), ok, failure]() -> Outcome<std::unique_ptr<Connection>> {
        if (!ok) return failure;
        return Connection::open(file, Connection::Mode::readOnly);
    });
    m_open = ok;
    if (!ok) {
        Q_EMIT openFailed(failure);
        return;
    }
    m_poll.start();
    pollOthers(); // the version from which on changes count, before anybody reads
    Q_EMIT opened(outcome.value());
}

void Database::post(Lane& lane, Job job, bool transaction, Durability durability, QObject* receiver,
                    Done done) {
    Lane::Task task;
    task.job = std::move(job);
    task.transaction = transaction;
    task.keep = transaction;
    task.durability = durability;
    if (done) {
        // The lane's thread only carries the guard; it is looked at on this thread, where the receiver lives.
        const QPointer<QObject> guard(receiver);
        task.done = [this, guard, guarded = receiver != nullptr,
                     done = std::move(done)](const Outcome<void>& outcome) {
            QMetaObject::invokeMethod(
                this,
                [guard, guarded, done, outcome] {
                    if (!guarded || guard) done(outcome);
                },
                Qt::QueuedConnection);
        };
    }
    lane.post(std::move(task));
}

void Database::write(Job job, Durability durability, QObject* receiver, Done done) {
    post(*m_writer, std::move(job), true, durability, receiver, std::move(done));
}

void Database::readJob(Job job, bool afterWrites, QObject* receiver, Done done) {
    post(afterWrites ? *m_writer : *m_reader, std::move(job), false, Durability::process, receiver,
         std::move(done));
}

// The file or its folder was deleted, or another file put there, while it is open.
void Database::followFile() {
    const auto follow = [](Connection& connection) -> Outcome<void> {
        const Outcome<bool> followed = connection.followFile();
        return followed.ok() ? Outcome<void>() : Outcome<void>(followed.failure());
    };
    // The reader after the writer: until then it reads what is open.
    readJob(follow, true, this, [this, follow](const Outcome<void>& outcome) {
        if (outcome.ok()) readJob(follow, false, this, [](const Outcome<void>&) {});
    });
}

void Database::pollOthers() {
    if (m_stuck || m_pollOnWay) return;
    m_pollOnWay = true;
    followFile();
    // The writer's own commits do not change its data_version; those of other processes do.
    const auto version = std::make_shared<qint64>(0);
    readJob(
        [version](Connection& connection) -> Outcome<void> {
            const Outcome<qint64> found = connection.integer(QStringLiteral("PRAGMA data_version"));
            if (!found.ok()) return found.failure();
            *version = found.value();
            return {};
        },
        true, this,
        [this, version](const Outcome<void>& outcome) {
            m_pollOnWay = false;
            if (!outcome.ok()) return;
            const qint64 before = std::exchange(m_dataVersion, *version);
            if (before != 0 && before != *version) Q_EMIT changedElsewhere();
        });
}

} // namespace app::storage
