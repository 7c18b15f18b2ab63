// DownloadQueue: all downloads of one folder of records: which of them run, in the order of their adding.
// Lives on the network thread.
#pragma once

#include <QObject>
#include <QTimer>
#include <memory>
#include <vector>

#include "app/downloads/download_task.h"
#include "app/downloads/network_thread.h"

namespace app::downloads {

class DownloadQueue : public QObject {
    Q_OBJECT
 public:
    DownloadQueue(QNetworkAccessManager& network, QString recordsFolder, const Tuning& tuning);
    ~DownloadQueue() override;

    void load(); // what earlier runs of the program left; goes on with what was running
    void add(const DownloadSpec& spec);
    void pause(const QString& id);
    void resume(const QString& id); // also: retry
    void cancel(const QString& id); // with what was downloaded, unless it is done
    void setAccess(const HubAccess& access) { m_access = access; }
    void setSpeedLimit(qint64 bytesPerSecond) { m_limiter.setLimit(bytesPerSecond); }
    void setActive(int most);

 Q_SIGNALS:
    void changed(const QList<app::downloads::DownloadStatus>& statuses); // of those that changed
    void removed(const QString& id);

 private:
    struct Item {
        DownloadRecord record;
        QString file;
        std::unique_ptr<DownloadTask> task;
        bool again = false;   // resumed while it was still stopping
        bool removal = false; // cancelled while it was still stopping
        DownloadStatus told;
    };
    Item* find(const QString& id);
    Item& insert(DownloadRecord record);
    void schedule();
    void run(Item& item);
    void finish(const QString& id);
    void erase(const QString& id);
    void save(const Item& item) const;
    void tell(Item& item, QList<DownloadStatus>& to);
    void publish();

    QNetworkAccessManager& m_network;
    const QString m_folder;
    const Tuning m_tuning;
    HubAccess m_access;
    RateLimiter m_limiter;
    QTimer m_publish;
    int m_most;
    std::vector<std::unique_ptr<Item>> m_items;
};

} // namespace app::downloads
