// prepare -> for each file: open, transfer with checkpoints, verify -> done.
#include "app/downloads/download_task.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

#include "app/downloads/part_files.h"
#include "app/storage/atomic_file.h"

namespace app::downloads {

using storage::DurableFile;
using storage::Outcome;

DownloadTask::DownloadTask(const Surroundings& surroundings, DownloadRecord record, QString recordFile,
                           QObject* parent)
    : QObject(parent),
      m_network(surroundings.network),
      m_limiter(surroundings.limiter),
      m_tuning(surroundings.tuning),
      m_access(surroundings.access),
      m_record(std::move(record)),
      m_recordFile(std::move(recordFile)) {
    m_disk.setMaxThreadCount(1);
    m_checkpoint.setInterval(m_tuning.checkpointMs);
    connect(&m_checkpoint, &QTimer::timeout, this, &DownloadTask::save);
}

DownloadTask::~DownloadTask() {
    m_quit = true;
    m_disk.waitForDone();
    if (!m_running || !m_transfer) return;
    collect();
    (void)checkpoint(m_record, m_file, 0, m_recordFile, m_quit);
}

template <typename T>
void DownloadTask::onDisk(std::function<T(DownloadRecord&)> work,
                          std::function<void(const DownloadRecord&, const T&)> done) {
    m_working = true;
    m_disk.start([this, work = std::move(work), done = std::move(done), record = m_record]() mutable {
        T result = work(record);
        QMetaObject::invokeMethod(
            this,
            [this, done, record, result] {
                m_working = false;
                done(record, result);
            },
            Qt::QueuedConnection);
    });
}

// One program at a time works on a record.
bool DownloadTask::lock() {
    const QString path = m_recordFile + QStringLiteral(".lock");
    QDir().mkpath(QFileInfo(path).absolutePath());
    const auto opened = DurableFile::open(m_lock, path, DurableFile::Mode::readWrite);
    return !opened.ok() || m_lock.tryLock(); // where no lock can be made, the .part's own has to do
}

void DownloadTask::start() {
    m_running = true;
    m_record.state = DownloadState::queued;
    m_record.problem = {};
    if (!lock()) {
        const QString text =
            QCoreApplication::translate("Downloads", "Another Tandem downloads %1.").arg(m_record.spec.repo);
        QMetaObject::invokeMethod(
            this,
            [this, text] {
                end(DownloadState::failed, {Problem::Kind::busy, text, {}});
            },
            Qt::QueuedConnection);
        return;
    }
    onDisk<Problem>([this](DownloadRecord& record) { return prepareFiles(record, m_quit); },
                    [this](const DownloadRecord& record, const Problem& problem) {
                        m_record.files = record.files;
                        if (m_stopping) return finishStopping();
                        if (problem) return fail(problem);
                        nextFile();
                    });
}

void DownloadTask::nextFile() {
    m_transfer.reset();
    m_verifying = false;
    m_file = -1;
    for (qsizetype i = 0; i < m_record.files.size() && m_file < 0; ++i)
        if (!m_record.files[i].finished) m_file = i;
    if (m_file < 0) return end(DownloadState::done, {});
    openFile();
}

void DownloadTask::openFile() {
    using Part = std::shared_ptr<DurableFile>;
    onDisk<std::optional<Outcome<Part>>>(
        [file = m_file](DownloadRecord& record) { return std::optional(openPart(record.spec, file)); },
        [this](const DownloadRecord&, const std::optional<Outcome<Part>>& part) {
            if (m_stopping) return finishStopping();
            if (part->ok()) return transfer(part->value());
            Problem problem = fromFailure(part->failure());
            if (part->failure().kind == storage::Failure::Kind::busy)
                problem = {Problem::Kind::busy, problem.text, {}};
            fail(problem);
        });
}

void DownloadTask::transfer(const std::shared_ptr<DurableFile>& part) {
    const HubUrls urls(m_access.endpoint);
    const RepoFile& file = m_record.spec.files[m_file];
    const FileTransfer::Source source{urls.file(m_record.spec.repo, m_record.spec.revision, file.path),
                                      urls.endpoint(), m_access.token, file};
    m_transfer = std::make_unique<FileTransfer>(m_network, m_limiter, m_tuning, source, part,
                                                m_record.files[m_file], nullptr);
    connect(m_transfer.get(), &FileTransfer::advanced, this, [this](qint64 bytes) {
        m_unsaved = true;
        m_speed.add(bytes);
    });
    connect(m_transfer.get(), &FileTransfer::complete, this, &DownloadTask::verify);
    connect(m_transfer.get(), &FileTransfer::failed, this, &DownloadTask::fail);
    m_checkpoint.start();
    m_transfer->start();
}

void DownloadTask::collect() {
    if (m_transfer && !m_verifying) m_record.files[m_file] = m_transfer->progress();
}

// How far it is now, on the disk.
void DownloadTask::save() {
    if (m_working || m_verifying || !m_transfer || !m_unsaved) return;
    collect();
    m_unsaved = false;
    onDisk<Problem>(
        [this, file = m_file](DownloadRecord& record) {
            const auto saved = checkpoint(record, file, m_tuning.hashPerCheckpoint, m_recordFile, m_quit);
            return saved.ok() ? Problem() : fromFailure(saved.failure());
        },
        [this, generation = m_transfer->generation()](const DownloadRecord& record, const Problem& problem) {
            if (m_transfer->generation() == generation) m_transfer->takeHash(record.files[m_file].hash);
            if (m_stopping) return finishStopping();
            if (problem) return fail(problem);
            if (m_verifying) verify(); // it was waiting for this
        });
}

void DownloadTask::verify() {
    m_verifying = true;
    m_checkpoint.stop();
    if (m_working) return; // a checkpoint is on its way and comes back here
    m_record.files[m_file] = m_transfer->progress();
    onDisk<Problem>([this, file = m_file](
                        DownloadRecord& record) { return finishFile(record, file, m_recordFile, m_quit); },
                    [this](const DownloadRecord& record, const Problem& problem) {
                        m_record.files = record.files;
                        if (m_stopping) return finishStopping();
                        if (!problem) return nextFile();
                        if (problem.kind == Problem::Kind::wrongBytes)
                            m_transfer.reset(); // its .part is gone
                        fail(problem);
                    });
}

void DownloadTask::tryNow() {
    if (m_transfer && !m_stopping) m_transfer->tryNow();
}

void DownloadTask::stop() {
    if (!m_running || m_stopping) return;
    m_stopping = true;
    m_quit = true; // long hashing ends at its next block
    m_checkpoint.stop();
    if (m_transfer) m_transfer->stop();
    if (!m_working) finishStopping(); // else its end does
}

// Nothing runs any more: how far it came goes to the disk, then it is over.
void DownloadTask::finishStopping() {
    collect();
    m_record.state = m_wanted;
    m_record.problem = m_why;
    const bool open = m_transfer && !m_record.files[m_file].finished;
    if (!open) return end(m_wanted, m_why);
    onDisk<Problem>(
        [this, file = m_file](DownloadRecord& record) {
            const auto saved = checkpoint(record, file, 0, m_recordFile, m_quit);
            return saved.ok() ? Problem() : fromFailure(saved.failure());
        },
        [this](const DownloadRecord& record, const Problem&) {
            m_record.files = record.files;
            end(m_wanted, m_why);
        });
}

// A full disk is no failure: there is something to do, and then it goes on.
void DownloadTask::fail(const Problem& problem) {
    if (!m_running || m_stopping) return;
    m_why = problem;
    m_wanted = problem.kind == Problem::Kind::diskFull ? DownloadState::paused : DownloadState::failed;
    stop();
}

void DownloadTask::end(DownloadState state, const Problem& problem) {
    m_transfer.reset();
    m_checkpoint.stop();
    m_record.state = state;
    m_record.problem = problem;
    m_running = false;
    if (problem.kind != Problem::Kind::busy) // then the record is another program's
        (void)storage::writeAtomically(m_recordFile, toJson(m_record));
    m_lock.close();
    Q_EMIT ended();
}

DownloadStatus DownloadTask::status() {
    collect();
    DownloadStatus status = statusOf(m_record);
    if (!m_running) return status;
    status.state = DownloadState::connecting;
    if (m_verifying) {
        status.state = DownloadState::verifying;
    } else if (m_transfer) {
        status.nextTryMs = m_transfer->nextTryMs();
        const bool waits = status.nextTryMs >= 0 && !m_transfer->isConnected();
        if (waits || m_transfer->silentMs() >= m_tuning.stalledAfterMs)
            status.state = DownloadState::stalled;
        else if (m_transfer->isConnected())
            status.state = DownloadState::downloading;
        if (status.state == DownloadState::stalled) status.problem = m_transfer->waitsFor();
    }
    if (status.state == DownloadState::downloading) {
        status.bytesPerSecond = m_speed.bytesPerSecond();
        if (status.bytesPerSecond > 0)
            status.secondsLeft = (status.total - status.received) / status.bytesPerSecond;
    }
    return status;
}

} // namespace app::downloads
