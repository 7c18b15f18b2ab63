// Commands go to the queue's thread, statuses come back.
#include "app/downloads/download_manager.h"

#include <algorithm>

#include "app/downloads/download_queue.h"

namespace app::downloads {

DownloadManager::DownloadManager(const QString& recordsFolder, const Tuning& tuning, QObject* parent)
    : QObject(parent) {
    m_thread.call([&] { m_queue = new DownloadQueue(m_thread.network(), recordsFolder, tuning); });
    connect(m_queue, &DownloadQueue::changed, this, &DownloadManager::take);
    connect(m_queue, &DownloadQueue::removed, this, [this](const QString& id) {
        m_model.remove(id);
        take({});
    });
}

DownloadManager::~DownloadManager() {
    m_thread.call([this] { delete m_queue; });
}

void DownloadManager::post(std::function<void(DownloadQueue&)> work) {
    m_thread.post([queue = m_queue, work = std::move(work)] { work(*queue); });
}

void DownloadManager::load() {
    post([](DownloadQueue& queue) { queue.load(); });
}
QString DownloadManager::add(const DownloadSpec& spec) {
    post([spec](DownloadQueue& queue) { queue.add(spec); });
    return spec.id();
}
void DownloadManager::pause(const QString& id) {
    post([id](DownloadQueue& queue) { queue.pause(id); });
}
void DownloadManager::resume(const QString& id) {
    post([id](DownloadQueue& queue) { queue.resume(id); });
}
void DownloadManager::cancel(const QString& id) {
    post([id](DownloadQueue& queue) { queue.cancel(id); });
}
void DownloadManager::pauseAll() {
    for (const DownloadStatus& status : m_model.statuses())
        if (status.active()) pause(status.id);
}
void DownloadManager::resumeAll() {
    for (const DownloadStatus& status : m_model.statuses())
        if (status.state == DownloadState::paused) resume(status.id);
}
void DownloadManager::setAccess(const HubAccess& access) {
    post([access](DownloadQueue& queue) { queue.setAccess(access); });
}
void DownloadManager::setSpeedLimit(qint64 bytesPerSecond) {
    post([bytesPerSecond](DownloadQueue& queue) { queue.setSpeedLimit(bytesPerSecond); });
}
void DownloadManager::setActive(int most) {
    post([most](DownloadQueue& queue) { queue.setActive(most); });
}

int DownloadManager::activeCount() const {
    return static_cast<int>(std::count_if(m_model.statuses().begin(), m_model.statuses().end(),
                                          [](const DownloadStatus& status) { return status.active(); }));
}

void DownloadManager::take(const QList<DownloadStatus>& statuses) {
    QList<DownloadStatus> ended;
    for (const DownloadStatus& status : statuses) {
        const DownloadStatus* before = m_model.find(status.id);
        if (before && before->state != status.state)
            ended.append(status); // one that was read from the disk is no news
    }
    m_model.update(statuses);
    for (const DownloadStatus& status : statuses)
        Q_EMIT changed(status);
    for (const DownloadStatus& status : ended) {
        if (status.state == DownloadState::done) Q_EMIT finished(status);
        if (status.state == DownloadState::failed) Q_EMIT failed(status);
    }
    if (const int active = activeCount(); active != m_active) {
        m_active = active;
        Q_EMIT activeCountChanged(active);
    }
}

} // namespace app::downloads
