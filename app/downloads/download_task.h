// DownloadTask: one download while it runs: its files one after the other, checkpoints, verification. Lives
// on the network thread; what waits for the disk is done on a thread of its own.
#pragma once

#include <QObject>
#include <QThreadPool>
#include <QTimer>
#include <atomic>
#include <memory>

#include "app/downloads/download_record.h"
#include "app/downloads/file_transfer.h"
#include "app/downloads/hub_client.h"
#include "app/downloads/speed_meter.h"

namespace app::downloads {

class DownloadTask : public QObject {
    Q_OBJECT
 public:
    struct Surroundings {
        QNetworkAccessManager& network;
        RateLimiter& limiter;
        const Tuning& tuning;
        HubAccess access;
    };
    DownloadTask(const Surroundings& surroundings, DownloadRecord record, QString recordFile,
                 QObject* parent);
    // Puts on the disk how far it came, as one that wants to go on.
    ~DownloadTask() override;

    void start();
    void stop();   // ended() comes when all is on the disk
    void tryNow(); // when it waits for its next try
    // True until ended(); its record's state then says how.
    bool running() const { return m_running; }
    const DownloadRecord& record() const { return m_record; }
    DownloadStatus status();

 Q_SIGNALS:
    void ended();

 private:
    // `work` on the disk's thread with a copy of the record, then `done` here.
    template <typename T>
    void onDisk(std::function<T(DownloadRecord&)> work,
                std::function<void(const DownloadRecord&, const T&)> done);
    bool lock();
    void finishStopping();
    void nextFile();
    void openFile();
    void transfer(const std::shared_ptr<storage::DurableFile>& part);
    void save();
    void verify();
    void fail(const Problem& problem);
    void end(DownloadState state, const Problem& problem);
    void collect();

    QNetworkAccessManager& m_network;
    RateLimiter& m_limiter;
    const Tuning m_tuning;
    const HubAccess m_access;
    DownloadRecord m_record;
    const QString m_recordFile;
    storage::DurableFile m_lock;
    std::unique_ptr<FileTransfer> m_transfer;
    qsizetype m_file = -1;
    SpeedMeter m_speed;
    QTimer m_checkpoint;
    bool m_unsaved = false;
    bool m_verifying = false;
    bool m_working = false; // the disk's thread has something of ours
    bool m_stopping = false;
    bool m_running = false;
    Problem m_why; // why it is being stopped, when not by the person
    DownloadState m_wanted = DownloadState::paused;
    std::atomic<bool> m_quit = false;
    QThreadPool m_disk;
};

} // namespace app::downloads
