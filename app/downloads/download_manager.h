// DownloadManager: downloads as the rest of the program knows them; all of it returns at once, and progress
// comes at most ten times a second however fast the bytes do.
#pragma once

#include <QObject>

#include "app/downloads/download_list_model.h"
#include "app/downloads/hub_client.h"
#include "app/downloads/tuning.h"

namespace app::downloads {

class DownloadQueue;

class DownloadManager : public QObject {
    Q_OBJECT
 public:
    // `recordsFolder` holds a small file per download; it may be shared with other running programs.
    explicit DownloadManager(const QString& recordsFolder, const Tuning& tuning = {},
                             QObject* parent = nullptr);
    ~DownloadManager() override; // what runs is put on the disk and goes on at the next start

    void load();                           // what earlier runs left
    QString add(const DownloadSpec& spec); // its id; the same variant in the same folder goes on where it was
    void pause(const QString& id);
    void resume(const QString& id); // also: retry, and try now what waits for its next try
    void cancel(const QString& id); // out of the list; what is not done is deleted
    void pauseAll();
    void resumeAll(); // those that are paused

    void setAccess(const HubAccess& access);   // for what starts from now on
    void setSpeedLimit(qint64 bytesPerSecond); // 0: none
    void setActive(int most);                  // downloads at a time

    DownloadListModel* model() { return &m_model; }
    const DownloadStatus* find(const QString& id) const { return m_model.find(id); }
    int activeCount() const;

 Q_SIGNALS:
    void changed(const app::downloads::DownloadStatus& status);  // also the first time
    void finished(const app::downloads::DownloadStatus& status); // the moment that it is done
    void failed(const app::downloads::DownloadStatus& status);
    void activeCountChanged(int count);

 private:
    void post(std::function<void(DownloadQueue&)> work);
    void take(const QList<DownloadStatus>& statuses);

    DownloadListModel m_model;
    int m_active = 0;
    NetworkThread m_thread;
    DownloadQueue* m_queue = nullptr; // lives on the thread
};

} // namespace app::downloads
