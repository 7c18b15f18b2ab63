// Shrinker: makes smaller copies of models: the same weights with fewer bits each, in a file of their own.
#pragma once

#include <QObject>
#include <memory>

#include "app/bridge/quantizing.h"
#include "app/bridge/work_thread.h"
#include "app/library/entry.h"

namespace app::library {

// Whether a smaller copy is worth offering. What has about six bits for a weight or fewer has lost already
// what can be lost unseen.
bool canShrink(const Entry& entry);
// "Qwen3-8B-Q4_K_M.gguf"
QString copyName(const Entry& entry, const QString& type);

struct ShrinkRequest {
    QString source;   // path of an entry
    QString type;     // "Q4_K_M"
    QString folder;   // of the library
    QString name;     // of the file in there; one beside it when that is taken
    qint64 bytes = 0; // that it will have
};

struct ShrinkResult {
    QString made; // the file; empty: nothing was made
    bool cancelled = false;
    bridge::UserMessage problem; // not empty: why nothing was made
};

class Shrinker : public QObject {
    Q_OBJECT
 public:
    // `threads` 0: one per core; they give way to everything else.
    explicit Shrinker(std::shared_ptr<const bridge::EngineFactory> factory, int threads = 0,
                      QObject* parent = nullptr);
    ~Shrinker() override; // ends what runs; nothing half is left

    // What could be made of a model: answers by copiesFound().
    void look(const QString& source);
    // One at a time; later ones wait.
    void start(const ShrinkRequest& request);
    void cancel(); // the one that runs
    bool isAtWork() const { return !m_jobs.isEmpty(); }

 Q_SIGNALS:
    void copiesFound(const QString& source, const app::bridge::SmallerCopies& copies);
    void started(const QString& name);
    void progressed(qint64 done, qint64 total);
    void finished(const app::library::ShrinkResult& result);

 private:
    template <typename F>
    void tell(F f);

    std::shared_ptr<const bridge::EngineFactory> m_factory;
    int m_threads;
    QList<std::shared_ptr<bridge::Quantizing>> m_jobs; // the first one runs
    bridge::WorkThread m_looker, m_maker;              // last: they end before what they use
};

} // namespace app::library

Q_DECLARE_METATYPE(app::library::ShrinkResult)
