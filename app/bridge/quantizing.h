// Quantizing: a model written again with fewer bits per weight: what could be had, and making it. Blocks; for
// a thread of its own.
#pragma once

#include <QMetaType>
#include <QStringList>
#include <functional>
#include <memory>

#include "app/bridge/user_message.h"

namespace app::bridge {

struct EngineFactory;

struct SmallerCopy {
    QString type;         // "Q4_K_M"
    qint64 bytes = 0;     // of the file
    QStringList warnings; // what would be lost; whole sentences
    bool operator==(const SmallerCopy&) const = default;
};
struct SmallerCopies {
    QList<SmallerCopy> copies; // best first
    UserMessage problem;       // not empty: why there are none
};

class Quantizing {
 public:
    struct Outcome {
        bool cancelled = false;
        UserMessage problem; // not empty: nothing was made
    };
    using Progress = std::function<void(qint64 done, qint64 total)>; // bytes; on the working thread

    // `from`: a GGUF file, the first part of several, or a folder; `threads` 0: one per core.
    Quantizing(std::shared_ptr<const EngineFactory> factory, QString from, QString type, int threads);
    ~Quantizing();

    // From headers alone.
    static SmallerCopies copiesOf(const EngineFactory& factory, const QString& path);

    // Once, to the file `to`. The calling thread gives way to all others from then on.
    Outcome run(const QString& to, const Progress& progress);
    void stop(); // from any thread

 private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace app::bridge

Q_DECLARE_METATYPE(app::bridge::SmallerCopies)
