// Quantising in Qt's words.
#include "app/bridge/quantizing.h"

#include <QFile>

#include "app/bridge/engine_factory.h"
#include "app/bridge/engine_words.h"

namespace app::bridge {

struct Quantizing::State {
    std::shared_ptr<const EngineFactory> factory;
    QString from, type;
    int threads = 0;
    engine::StopToken stop;
};

Quantizing::Quantizing(std::shared_ptr<const EngineFactory> factory, QString from, QString type, int threads)
    : m_state(
          std::make_unique<State>(State{std::move(factory), std::move(from), std::move(type), threads, {}})) {
}

Quantizing::~Quantizing() = default;

SmallerCopies Quantizing::copiesOf(const EngineFactory& factory, const QString& path) {
    SmallerCopies found;
    if (!factory.smallerCopies) return found;
    const auto previews = factory.smallerCopies(QFile::encodeName(path).toStdString());
    if (!previews.ok()) {
        found.problem = toUserMessage(previews.error(), Task::quantizing);
        return found;
    }
    for (const engine::api::QuantizePreview& preview : *previews) {
        SmallerCopy copy{QString::fromStdString(preview.type), preview.bytes, {}};
        for (const std::string& warning : preview.warnings)
            copy.warnings.append(QString::fromStdString(warning));
        found.copies.append(copy);
    }
    return found;
}

Quantizing::Outcome Quantizing::run(const QString& to, const Progress& progress) {
    const auto& [factory, from, type, threads, stop] = *m_state;
    const auto encoded = [](const QString& path) { return QFile::encodeName(path).toStdString(); };
    const auto report = factory->quantize({encoded(from), encoded(to), type.toStdString(), ""}, threads,
                                          progress, stop, true);
    Outcome outcome;
    outcome.cancelled = !report.ok() && report.error().code == engine::ErrorCode::cancelled;
    if (!report.ok() && !outcome.cancelled) outcome.problem = toUserMessage(report.error(), Task::quantizing);
    return outcome;
}

void Quantizing::stop() {
    m_state->stop.request();
}

} // namespace app::bridge
