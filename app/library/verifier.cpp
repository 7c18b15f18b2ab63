// Hashing on a thread of its own, judging with the database.
#include "app/library/verifier.h"

#include <QElapsedTimer>
#include <QFile>

#include "app/storage/fingerprint.h"
#include "app/storage/sha256.h"

namespace app::library {

namespace {

constexpr qint64 kChunk = 4 << 20;
constexpr int kTellMs = 100;

using Verdict = Verification::Verdict;

// Empty: it was stopped, or cannot be read.
QString hashOf(const QString& path, const std::atomic_bool& stop, const std::function<void(qint64)>& tell) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) return {};
    storage::Sha256 hash;
    QByteArray chunk(kChunk, Qt::Uninitialized);
    for (;;) {
        const qint64 got = file.read(chunk.data(), kChunk);
        if (stop || got < 0) return {};
        if (got == 0) break;
        hash.add(chunk.constData(), got);
        tell(got);
    }
    return QString::fromLatin1(hash.hex());
}

// What the hashes say together: the worst of all files.
Verdict together(const QList<Verdict>& files) {
    for (const Verdict verdict : {Verdict::differs, Verdict::noted, Verdict::same})
        if (files.contains(verdict)) return verdict;
    return Verdict::intact;
}

} // namespace

Verifier::Verifier(Library& library, storage::Database& database, QObject* parent)
    : QObject(parent), m_library(library), m_database(database) {
    m_thread.setMaxThreadCount(1);
}

Verifier::~Verifier() {
    if (m_stop) *m_stop = true;
    m_thread.waitForDone();
}

void Verifier::start(EntryId id) {
    if (isAtWork(id)) return;
    m_waiting.append(id);
    Q_EMIT progressed(id);
    if (m_current == 0) next();
}

void Verifier::cancel(EntryId id) {
    if (id == m_current && m_stop) *m_stop = true;
    if (m_waiting.removeOne(id)) Q_EMIT finished(id, Verdict::none, {});
}

void Verifier::next() {
    m_current = 0;
    while (m_current == 0 && !m_waiting.isEmpty()) {
        const EntryPointer entry = m_library.find(m_waiting.takeFirst());
        if (!entry) continue;
        m_current = entry->id;
        m_progress = 0;
        m_stop = std::make_shared<std::atomic_bool>(false);
        m_thread.start([this, entry, stop = m_stop] { read(*entry, stop); });
    }
}

void Verifier::read(const Entry& entry, const std::shared_ptr<std::atomic_bool>& stop) {
    Reading reading;
    QElapsedTimer sinceTold;
    sinceTold.start();
    qint64 done = 0;
    const auto tell = [&](qint64 bytes) {
        done += bytes;
        if (sinceTold.elapsed() < kTellMs) return;
        sinceTold.start();
        const double share = static_cast<double>(done) / static_cast<double>(qMax(qint64{1}, entry.bytes()));
        QMetaObject::invokeMethod(this, [this, id = entry.id, share] {
            if (id != m_current) return;
            m_progress = share;
            Q_EMIT progressed(id);
        });
    };
    for (const EntryFile& file : entry.files) {
        const auto before = storage::stampOf(file.path);
        if (!before || !before->isUnchanged(file.stamp)) {
            reading.changed = true;
            reading.problem =
                before ? tr("%1 has changed since it was listed. The list is being brought up to date; "
                            "then verify the model again.")
                             .arg(file.path)
                       : tr("%1 is not there any more.").arg(file.path);
            break;
        }
        FileHash hash{file, hashOf(file.path, *stop, tell), storage::fingerprint(file.path)};
        const auto now = storage::stampOf(file.path);
        if (*stop) break;
        if (hash.sha256.isEmpty() || hash.fingerprint.isEmpty())
            reading.problem = tr("%1 cannot be read to its end.").arg(file.path);
        else if (!now || !now->isUnchanged(file.stamp))
            reading.problem = tr("%1 changed while it was read.").arg(file.path);
        reading.hashes.append(hash);
    }
    if (*stop) reading.hashes.clear();
    QMetaObject::invokeMethod(this, [this, id = entry.id, reading] { judge(id, reading); });
}

void Verifier::judge(EntryId id, const Reading& reading) {
    if (reading.changed) m_library.rescan();
    if (reading.hashes.isEmpty() || !reading.problem.isEmpty())
        return conclude(id, Verdict::none, reading.problem);
    if (m_library.isNotingHashes()) { // one of them may be this model's
        connect(
            &m_library, &Library::hashesNoted, this, [this, id, reading] { judge(id, reading); },
            Qt::SingleShotConnection);
        return;
    }
    const auto verdicts = std::make_shared<QList<Verdict>>();
    const auto different = std::make_shared<QString>();
    m_database.write(
        [hashes = reading.hashes, verdicts,
         different](storage::Connection& connection) -> storage::Outcome<void> {
            verdicts->clear(); // a write may be tried again
            for (const FileHash& hash : hashes) {
                KnownHash known{hash.file.sha256, true};
                if (known.sha256.isEmpty()) {
                    const auto stored = readHash(connection, hash.fingerprint);
                    if (!stored.ok()) return stored.failure();
                    known = stored.value();
                }
                const bool first = known.sha256.isEmpty();
                if (first) STORAGE_TRY(writeHash(connection, hash.fingerprint, {hash.sha256, false}));
                const bool same = first || known.sha256.compare(hash.sha256, Qt::CaseInsensitive) == 0;
                if (!same) *different = hash.file.path;
                verdicts->append(!same             ? Verdict::differs
                                 : first           ? Verdict::noted
                                 : known.published ? Verdict::intact
                                                   : Verdict::same);
            }
            return {};
        },
        storage::Durability::process, this,
        [this, id, verdicts, different](const storage::Outcome<void>& done) {
            if (!done.ok()) return conclude(id, Verdict::none, done.failure().message);
            const Verdict verdict = together(*verdicts);
            m_library.noteVerification(id, {verdict, QDateTime::currentDateTimeUtc()});
            conclude(
                id, verdict,
                verdict == Verdict::differs ? tr("%1 is not what it should be.").arg(*different) : QString());
        });
}

void Verifier::conclude(EntryId id, Verdict verdict, const QString& problem) {
    m_current = 0;
    Q_EMIT finished(id, verdict, problem);
    next();
}

} // namespace app::library
