// The folder carries a lock: one without its program is swept away.
#include "app/library/staging.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QLocale>
#include <QUuid>
#include <mutex>

#include "app/storage/free_space.h"

namespace app::library {

using storage::Failure;
using storage::Outcome;

namespace {

const QString kPrefix = QStringLiteral(".unfinished-");
const QString kFormerPrefix = QStringLiteral(".importing-"); // of earlier versions, with the same lock

QString tr(const char* text) {
    return QCoreApplication::translate("Library", text);
}

QString under(const QString& folder, const QString& name) {
    return folder + QLatin1Char('/') + name;
}

std::mutex folders; // one that is made has no lock for a moment, and would be swept away

std::unique_ptr<QLockFile> lockOf(const QString& staging) {
    auto lock = std::make_unique<QLockFile>(under(staging, QStringLiteral("lock")));
    lock->setStaleLockTime(0);
    return lock;
}

} // namespace

Outcome<void> Staging::make(qint64 bytes) {
    if (!QDir().mkpath(m_folder))
        return Failure{Failure::Kind::readOnly, tr("The folder %1 cannot be made.").arg(m_folder)};
    sweep(m_folder);
    const auto room = storage::freeSpaceAt(m_folder);
    if (room && bytes > *room) // where nobody knows, writing will tell
        return Failure{
            Failure::Kind::diskFull,
            tr("The disk of %1 needs %2 more room.")
                .arg(m_folder, QLocale::c().formattedDataSize(bytes - *room, 1, QLocale::DataSizeSIFormat))};
    const std::lock_guard guard(folders);
    m_staging = under(m_folder, kPrefix + QUuid::createUuid().toString(QUuid::Id128));
    if (!QDir().mkdir(m_staging))
        return Failure{Failure::Kind::readOnly, tr("Nothing can be written into %1.").arg(m_folder)};
    m_lock = lockOf(m_staging);
    m_lock->tryLock();
    return {};
}

QString Staging::path(const QString& name) const {
    return under(m_staging, name);
}

Outcome<QString> Staging::publish(const QString& name) {
    const QString made = under(m_folder, freeName(m_folder, name));
    if (QDir().rename(path(name), made)) return made;
    return Failure{Failure::Kind::io, tr("%1 cannot be made.").arg(made)};
}

void Staging::clear() {
    m_lock.reset();
    if (!m_staging.isEmpty()) QDir(m_staging).removeRecursively();
    m_staging.clear();
}

void Staging::sweep(const QString& folder) {
    const std::lock_guard guard(folders);
    const QStringList ours{kPrefix + QLatin1Char('*'), kFormerPrefix + QLatin1Char('*')};
    for (const QString& name :
         QDir(folder).entryList(ours, QDir::Dirs | QDir::Hidden | QDir::NoDotAndDotDot)) {
        const QString staging = under(folder, name);
        const auto lock = lockOf(staging);
        if (!lock->tryLock()) continue; // its program still works
        lock->unlock();
        QDir(staging).removeRecursively();
    }
}

QString freeName(const QString& folder, const QString& name) {
    const QString ending =
        name.endsWith(QLatin1String(".gguf"), Qt::CaseInsensitive) ? name.right(5) : QString();
    const QString stem = name.chopped(ending.size());
    QString candidate = name;
    for (int i = 2;
         QFileInfo::exists(under(folder, candidate)) || QFileInfo(under(folder, candidate)).isSymLink(); ++i)
        candidate = QStringLiteral("%1 (%2)%3").arg(stem).arg(i).arg(ending);
    return candidate;
}

} // namespace app::library
