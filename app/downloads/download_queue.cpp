// Items and their tasks; one file of JSON per item.
#include "app/downloads/download_queue.h"

#include <QDateTime>
#include <QDir>
#include <algorithm>

#include "app/downloads/part_files.h"
#include "app/storage/atomic_file.h"

namespace app::downloads {

namespace {

const QString kSuffix = QStringLiteral(".json");

std::optional<DownloadRecord> readRecord(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) return std::nullopt;
    return recordFromJson(file.readAll());
}

} // namespace

DownloadQueue::DownloadQueue(QNetworkAccessManager& network, QString recordsFolder, const Tuning& tuning)
    : m_network(network),
      m_folder(std::move(recordsFolder)),
      m_tuning(tuning),
      m_limiter(this),
      m_most(tuning.active) {
    m_publish.setParent(this);
    m_publish.setInterval(m_tuning.publishMs);
    connect(&m_publish, &QTimer::timeout, this, &DownloadQueue::publish);
}

DownloadQueue::~DownloadQueue() = default;

void DownloadQueue::load() {
    for (const QFileInfo& file : QDir(m_folder).entryInfoList({QLatin1Char('*') + kSuffix}, QDir::Files)) {
        auto record = readRecord(file.filePath());
        if (!record || record->spec.id() + kSuffix != file.fileName() || find(record->spec.id())) continue;
        insert(std::move(*record));
    }
    std::sort(m_items.begin(), m_items.end(),
              [](const auto& a, const auto& b) { return a->record.created < b->record.created; });
    publish();
    schedule();
}

DownloadQueue::Item* DownloadQueue::find(const QString& id) {
    for (const auto& item : m_items)
        if (item->record.spec.id() == id) return item.get();
    return nullptr;
}

DownloadQueue::Item& DownloadQueue::insert(DownloadRecord record) {
    auto item = std::make_unique<Item>();
    item->file = m_folder + QLatin1Char('/') + record.spec.id() + kSuffix;
    item->record = std::move(record);
    m_items.push_back(std::move(item));
    return *m_items.back();
}

void DownloadQueue::add(const DownloadSpec& spec) {
    Item* item = find(spec.id());
    if (!item) {
        auto record = readRecord(m_folder + QLatin1Char('/') + spec.id() + kSuffix);
        if (!record) record = DownloadRecord{{}, {}, {}, {}, QDateTime::currentMSecsSinceEpoch()};
        record->take(spec);
        item = &insert(std::move(*record));
    } else if (!item->task) {
        item->record.take(spec);
    }
    if (item->task && item->task->running()) return resume(spec.id());
    item->record.state = DownloadState::queued;
    item->record.problem = {};
    save(*item);
    schedule();
    publish();
}

void DownloadQueue::pause(const QString& id) {
    Item* item = find(id);
    if (!item) return;
    item->again = false;
    if (item->task) {
        item->task->stop();
    } else if (statusOf(item->record).active()) {
        item->record.state = DownloadState::paused;
        save(*item);
        publish();
    }
}

void DownloadQueue::resume(const QString& id) {
    Item* item = find(id);
    if (!item || item->removal) return;
    if (item->task) {
        item->again = true; // counts only when it is being stopped
        return item->task->tryNow();
    }
    if (item->record.state == DownloadState::done) return;
    item->record.state = DownloadState::queued;
    item->record.problem = {};
    save(*item);
    schedule();
    publish();
}

void DownloadQueue::cancel(const QString& id) {
    Item* item = find(id);
    if (!item) return;
    item->removal = true;
    if (item->task)
        item->task->stop();
    else
        erase(id);
}

void DownloadQueue::setActive(int most) {
    m_most = qMax(1, most);
    schedule();
}

void DownloadQueue::schedule() {
    auto running =
        std::count_if(m_items.begin(), m_items.end(), [](const auto& item) { return item->task != nullptr; });
    for (const auto& item : m_items) {
        if (running >= m_most) break;
        if (item->task || item->record.state != DownloadState::queued) continue;
        run(*item);
        ++running;
    }
    if (running > 0 && !m_publish.isActive()) m_publish.start();
}

void DownloadQueue::run(Item& item) {
    const DownloadTask::Surroundings surroundings{m_network, m_limiter, m_tuning, m_access};
    item.again = false;
    item.task = std::make_unique<DownloadTask>(surroundings, item.record, item.file, nullptr);
    connect(
        item.task.get(), &DownloadTask::ended, this, [this, id = item.record.spec.id()] { finish(id); },
        Qt::QueuedConnection);
    item.task->start();
}

void DownloadQueue::finish(const QString& id) {
    Item* item = find(id);
    if (!item || !item->task) return;
    item->record = item->task->record();
    item->task.reset();
    const bool again = std::exchange(item->again, false);
    if (item->removal) {
        erase(id);
    } else if (again && item->record.state == DownloadState::paused && !item->record.problem) {
        item->record.state = DownloadState::queued;
    }
    publish();
    schedule();
}

void DownloadQueue::erase(const QString& id) {
    const auto at = std::find_if(m_items.begin(), m_items.end(),
                                 [&](const auto& item) { return item->record.spec.id() == id; });
    if ((*at)->record.state != DownloadState::done) removeParts((*at)->record.spec);
    QFile::remove((*at)->file);
    QFile::remove((*at)->file + QStringLiteral(".lock"));
    m_items.erase(at);
    Q_EMIT removed(id);
}

void DownloadQueue::save(const Item& item) const {
    (void)storage::writeAtomically(item.file, toJson(item.record)); // if not, it lasts until the program ends
}

void DownloadQueue::tell(Item& item, QList<DownloadStatus>& to) {
    const DownloadStatus now = item.task ? item.task->status() : statusOf(item.record);
    if (now == item.told) return;
    item.told = now;
    to.append(now);
}

void DownloadQueue::publish() {
    QList<DownloadStatus> statuses;
    bool running = false;
    for (const auto& item : m_items) {
        tell(*item, statuses);
        running = running || item->task;
    }
    if (!running) m_publish.stop();
    if (!statuses.isEmpty()) Q_EMIT changed(statuses);
}

} // namespace app::downloads
