// A lock file is an empty SQLite database in an exclusive transaction: the one portable lock that is here
// already.
#include "app/storage/instance_lock.h"

#include <QDir>
#include <QFile>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QUuid>

namespace app::storage {

namespace {

const QString kEnding = QStringLiteral(".lock");

// Takes the lock of `file` under the connection's name; false leaves no connection behind.
bool acquire(const QString& file, const QString& connection, int waitMs) {
    bool taken = false;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), connection);
        database.setDatabaseName(file);
        database.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=%1").arg(waitMs));
        if (database.open()) {
            QSqlQuery query(database);
            taken = query.exec(QStringLiteral("PRAGMA journal_mode = MEMORY")) && // no file beside the file
                    query.exec(QStringLiteral("BEGIN EXCLUSIVE"));
        }
    }
    if (!taken) QSqlDatabase::removeDatabase(connection);
    return taken;
}

} // namespace

InstanceLock::InstanceLock(const QString& folder)
    : m_folder(folder), m_id(QUuid::createUuid().toString(QUuid::WithoutBraces)), m_connection(m_id) {
    QDir().mkpath(folder);
    // Another instance's sweep() may hold or remove the new file for a moment.
    for (int attempt = 0; attempt < 5 && !m_held; ++attempt) {
        m_held = acquire(fileOf(m_id), m_connection, 200);
        if (!m_held || QFile::exists(fileOf(m_id))) continue;
        QSqlDatabase::removeDatabase(m_connection);
        m_held = false;
    }
}

InstanceLock::~InstanceLock() {
    if (!m_held) return;
    QSqlDatabase::removeDatabase(m_connection);
    QFile::remove(fileOf(m_id));
}

bool InstanceLock::isAlive(const QString& id) const {
    if (id == m_id) return true;
    const QString file = fileOf(id);
    if (id.isEmpty() || !QFile::exists(file)) return false;
    const QString probe = QUuid::createUuid().toString();
    if (!acquire(file, probe, 0)) return true;
    QSqlDatabase::removeDatabase(probe);
    return false;
}

bool InstanceLock::sweep() const {
    bool any = false;
    for (const QString& id : others()) {
        if (isAlive(id)) continue;
        any = true;
        QFile::remove(fileOf(id));
    }
    return any;
}

bool InstanceLock::othersAlive() const {
    const QStringList ids = others();
    return std::any_of(ids.begin(), ids.end(), [this](const QString& id) { return isAlive(id); });
}

QString InstanceLock::fileOf(const QString& id) const {
    return m_folder + QLatin1Char('/') + id + kEnding;
}

QStringList InstanceLock::others() const {
    QStringList ids;
    for (const QString& name : QDir(m_folder).entryList({QStringLiteral("*.lock")}, QDir::Files)) {
        const QString id = name.chopped(kEnding.size());
        if (id != m_id) ids.append(id);
    }
    return ids;
}

} // namespace app::storage
