// A copy is made in a staging folder and gets its name when it is whole.
#include "app/library/shrinker.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QRegularExpression>

#include "app/bridge/part_name.h"
#include "app/library/staging.h"

namespace app::library {

using bridge::Quantizing;
using storage::Failure;
using storage::Outcome;

namespace {

constexpr double kLeastBits = 6.5; // of a weight; Q6_K has 6.56
constexpr int kTellMs = 100;

QString tr(const char* text) {
    return QCoreApplication::translate("Library", text);
}

// Without what says that it is a file, a part, or of which type.
QString stemOf(const Entry& entry) {
    if (entry.format != Entry::Format::gguf || !entry.manifest.isEmpty()) return entry.name;
    const QString file = QFileInfo(entry.path).fileName();
    const bridge::PartName part = bridge::PartName::of(file);
    return part.count > 0 ? part.stem : QFileInfo(file).completeBaseName();
}

bridge::UserMessage messageOf(const Failure& failure) {
    bridge::UserMessage message;
    message.title = tr("The smaller copy was not made");
    message.text = failure.message;
    if (failure.kind == Failure::Kind::diskFull) message.action = bridge::UserMessage::Action::freeDiskSpace;
    return message;
}

// Blocks.
ShrinkResult make(const ShrinkRequest& request, Quantizing& work, const Quantizing::Progress& progress) {
    ShrinkResult result;
    Staging staging(request.folder);
    if (const Outcome<void> made = staging.make(request.bytes); !made.ok()) {
        result.problem = messageOf(made.failure());
        return result;
    }
    const Quantizing::Outcome done = work.run(staging.path(request.name), progress);
    result.cancelled = done.cancelled;
    result.problem = done.problem;
    if (done.cancelled || !done.problem.isEmpty()) return result;
    const Outcome<QString> published = staging.publish(request.name);
    if (published.ok())
        result.made = published.value();
    else
        result.problem = messageOf(published.failure());
    return result;
}

} // namespace

bool canShrink(const Entry& entry) {
    const auto bits = 8 * static_cast<double>(entry.bytes());
    return entry.isLoadable() && entry.info.parameters > 0 &&
           bits >= kLeastBits * static_cast<double>(entry.info.parameters);
}

QString copyName(const Entry& entry, const QString& type) {
    static const QRegularExpression kNoName(QStringLiteral("[/\\\\:*?\"<>|\\x00-\\x1f]+"));
    QString stem = stemOf(entry).section(QLatin1Char('/'), -1);
    const QString had = entry.info.quantization;
    if (!had.isEmpty() && stem.size() > had.size() + 1 && stem.endsWith(had, Qt::CaseInsensitive) &&
        QStringLiteral("-_. ").contains(stem[stem.size() - had.size() - 1]))
        stem.chop(had.size() + 1);
    stem.replace(kNoName, QStringLiteral("-"));
    while (stem.startsWith(QLatin1Char('.'))) // hidden files are no part of the library
        stem.remove(0, 1);
    return QStringLiteral("%1-%2.gguf").arg(stem.isEmpty() ? tr("model") : stem, type);
}

Shrinker::Shrinker(std::shared_ptr<const bridge::EngineFactory> factory, int threads, QObject* parent)
    : QObject(parent), m_factory(std::move(factory)), m_threads(threads) {
    qRegisterMetaType<ShrinkResult>();
}

Shrinker::~Shrinker() {
    for (const auto& job : std::as_const(m_jobs))
        job->stop();
}

template <typename F>
void Shrinker::tell(F f) {
    QMetaObject::invokeMethod(this, std::move(f), Qt::QueuedConnection);
}

void Shrinker::look(const QString& source) {
    m_looker.post([this, source] {
        const bridge::SmallerCopies copies = Quantizing::copiesOf(*m_factory, source);
        tell([this, source, copies] { Q_EMIT copiesFound(source, copies); });
    });
}

void Shrinker::start(const ShrinkRequest& request) {
    auto job = std::make_shared<Quantizing>(m_factory, request.source, request.type, m_threads);
    m_jobs.append(job);
    m_maker.post([this, request, job] {
        tell([this, name = request.name] { Q_EMIT started(name); });
        QElapsedTimer told;
        const auto progress = [&](qint64 done, qint64 total) {
            if (told.isValid() && told.elapsed() < kTellMs) return;
            told.start();
            tell([this, done, total] { Q_EMIT progressed(done, total); });
        };
        const ShrinkResult result = make(request, *job, progress);
        tell([this, result] {
            m_jobs.removeFirst();
            Q_EMIT finished(result);
        });
    });
}

void Shrinker::cancel() {
    if (!m_jobs.isEmpty()) m_jobs.first()->stop();
}

} // namespace app::library
