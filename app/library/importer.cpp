// What is copied is made in a staging folder. Files that only change their place on one disk never stand
// there: it is swept away after a crash.
#include "app/library/importer.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QSaveFile>
#include <filesystem>

#include "app/library/staging.h"
#include "app/storage/file_identity.h"
#include "app/storage/fingerprint.h"

namespace app::library {

using storage::Failure;
using storage::Outcome;

namespace {

constexpr qint64 kChunk = 4 << 20;
constexpr int kTellMs = 100;

QString tr(const char* text) {
    return QCoreApplication::translate("Library", text);
}

QString under(const QString& folder, const QString& name) {
    return folder + QLatin1Char('/') + name;
}

bool isOnOneDisk(const QString& a, const QString& b) {
    const auto first = storage::stampOf(a);
    const auto second = storage::stampOf(b);
    return first && second && first->device == second->device && first->inode != 0;
}

class Run {
 public:
    using Tell = std::function<void(qint64 done, qint64 total)>;
    Run(ImportRequest request, std::atomic_bool& stop, Tell tell)
        : m_request(std::move(request)), m_stop(stop), m_tell(std::move(tell)), m_staging(m_request.target) {}

    ImportResult perform() {
        const Outcome<void> done = all();
        m_staging.clear();
        m_result.cancelled = m_stop;
        if (!done.ok() && !m_stop) {
            m_result.problem.title = tr("The model was not taken in");
            m_result.problem.text = done.failure().message;
            if (done.failure().kind == Failure::Kind::diskFull)
                m_result.problem.action = bridge::UserMessage::Action::freeDiskSpace;
        }
        return m_result;
    }

 private:
    Outcome<void> all() {
        const Outcome<QList<ImportItem>> items = planImport(m_request);
        if (!items.ok()) return items.failure();
        QDir().mkpath(m_request.target); // on which disk it lies decides what must be copied
        m_total = bytesToCopy(items.value());
        STORAGE_TRY(m_staging.make(m_total));
        for (const ImportItem& item : items.value())
            STORAGE_TRY(place(item));
        return {};
    }

    bool mustCopy(const QString& source) const {
        return m_request.mode == ImportRequest::Mode::copy ||
               (m_request.mode == ImportRequest::Mode::move && !isOnOneDisk(source, m_request.target));
    }

    qint64 bytesToCopy(const QList<ImportItem>& items) const {
        qint64 bytes = 0;
        for (const ImportItem& item : items)
            if (mustCopy(item.files.value(0))) bytes += item.bytes;
        return bytes;
    }

    Outcome<void> place(const ImportItem& item) {
        if (isThereAlready(item)) {
            m_result.made.append(under(m_request.target, item.name));
            return {};
        }
        if (m_request.mode == ImportRequest::Mode::move && !mustCopy(item.files.value(0)))
            return moveInPlace(item);
        const QString made = m_staging.path(item.name);
        const bool asFolder =
            item.folder && !(m_request.mode == ImportRequest::Mode::link && !item.origin.isEmpty());
        if (asFolder && !QDir().mkpath(made))
            return Failure{Failure::Kind::io, tr("%1 cannot be made.").arg(made)};
        const QStringList sources = asFolder ? item.files : QStringList{item.origin};
        for (const QString& source : sources)
            STORAGE_TRY(bring(source, asFolder ? under(made, QFileInfo(source).fileName()) : made));
        const Outcome<QString> name = m_staging.publish(item.name);
        if (!name.ok()) return name.failure();
        m_result.made.append(name.value());
        if (m_request.mode == ImportRequest::Mode::move) removeOriginals(item);
        return {};
    }

    bool isThereAlready(const ImportItem& item) const {
        const QString there = under(m_request.target, item.name);
        return !item.folder && m_request.mode == ImportRequest::Mode::copy &&
               QFileInfo(there).size() == item.bytes && item.bytes > 0 &&
               storage::fingerprint(there) == storage::fingerprint(item.origin);
    }

    Outcome<void> bring(const QString& source, const QString& made) {
        if (m_request.mode == ImportRequest::Mode::link) return link(source, made);
        return copy(source, made);
    }

    // By renaming; a folder whole, a set of parts one by one. What cannot be finished is taken back.
    Outcome<void> moveInPlace(const ImportItem& item) {
        const QString name = under(m_request.target, freeName(m_request.target, item.name));
        QList<std::pair<QString, QString>> steps;
        if (!item.folder || !item.origin.isEmpty()) {
            steps.append({item.origin, name});
        } else {
            if (!QDir().mkpath(name)) return Failure{Failure::Kind::io, tr("%1 cannot be made.").arg(name)};
            for (const QString& file : item.files)
                steps.append({file, under(name, QFileInfo(file).fileName())});
        }
        for (qsizetype i = 0; i < steps.size(); ++i) {
            if (QDir().rename(steps[i].first, steps[i].second)) continue;
            for (qsizetype back = i - 1; back >= 0; --back)
                QDir().rename(steps[back].second, steps[back].first);
            if (steps.size() > 1) QDir().rmdir(name);
            return Failure{Failure::Kind::readOnly, tr("%1 cannot be moved.").arg(steps[i].first)};
        }
        m_result.made.append(name);
        return {};
    }

    static Outcome<void> link(const QString& source, const QString& made) {
        std::error_code failed;
        const std::filesystem::path from(QFileInfo(source).absoluteFilePath().toStdU16String());
        const std::filesystem::path to(made.toStdU16String());
        if (QFileInfo(source).isDir())
            std::filesystem::create_directory_symlink(from, to, failed);
        else
            std::filesystem::create_symlink(from, to, failed);
        if (!failed) return {};
        return Failure{Failure::Kind::io,
                       QStringLiteral("%1: %2").arg(made, QString::fromStdString(failed.message()))};
    }

    Outcome<void> copy(const QString& source, const QString& made) {
        QFile from(source);
        QSaveFile to(made);
        if (!from.open(QIODevice::ReadOnly))
            return Failure{Failure::Kind::io, QStringLiteral("%1: %2").arg(source, from.errorString())};
        if (!to.open(QIODevice::WriteOnly)) return failureOf(to);
        QByteArray chunk(kChunk, Qt::Uninitialized);
        for (;;) {
            const qint64 got = from.read(chunk.data(), kChunk);
            if (m_stop) return Failure{Failure::Kind::invalid, {}};
            if (got < 0)
                return Failure{Failure::Kind::io, QStringLiteral("%1: %2").arg(source, from.errorString())};
            if (got == 0) break;
            if (to.write(chunk.constData(), got) != got) return failureOf(to);
            told(got);
        }
        return to.commit() ? Outcome<void>() : failureOf(to);
    }

    static Failure failureOf(const QSaveFile& file) {
        const bool full =
            file.error() == QFileDevice::ResourceError || file.error() == QFileDevice::WriteError;
        return {full ? Failure::Kind::diskFull : Failure::Kind::io,
                QStringLiteral("%1: %2").arg(file.fileName(), file.errorString())};
    }

    void told(qint64 bytes) {
        m_done += bytes;
        if (m_sinceTold.isValid() && m_sinceTold.elapsed() < kTellMs) return;
        m_sinceTold.start();
        m_tell(m_done, m_total);
    }

    static void removeOriginals(const ImportItem& item) {
        for (const QString& file : item.files)
            QFile::remove(file);
        if (item.folder && !item.origin.isEmpty()) QDir().rmdir(item.origin);
    }

    ImportRequest m_request;
    std::atomic_bool& m_stop;
    Tell m_tell;
    Staging m_staging;
    qint64 m_done = 0, m_total = 0;
    QElapsedTimer m_sinceTold;
    ImportResult m_result;
};

} // namespace

Importer::Importer(QObject* parent) : QObject(parent) {
    qRegisterMetaType<ImportResult>();
    m_thread.setMaxThreadCount(1);
}

Importer::~Importer() {
    cancel();
    m_thread.clear();
    m_thread.waitForDone();
}

void Importer::start(const ImportRequest& request) {
    auto stop = std::make_shared<std::atomic_bool>(false);
    if (m_running++ == 0) m_stop = stop;
    m_thread.start([this, request, stop] {
        QMetaObject::invokeMethod(this, [this, request, stop] {
            m_stop = stop;
            Q_EMIT started(QFileInfo(request.sources.value(0)).fileName());
        });
        Run run(request, *stop, [this](qint64 done, qint64 total) {
            QMetaObject::invokeMethod(this, [this, done, total] { Q_EMIT progressed(done, total); });
        });
        const ImportResult result = run.perform();
        QMetaObject::invokeMethod(this, [this, result] {
            --m_running;
            Q_EMIT finished(result);
        });
    });
}

void Importer::cancel() {
    if (m_stop) *m_stop = true;
}

} // namespace app::library
