// Planner: will a model run here, how much memory does it take, how fast will it be; the one place of the
// program that answers it. Plans are made on a thread of their own; answers come by signal.
#pragma once

#include <QHash>
#include <QMetaType>
#include <QObject>
#include <QString>
#include <QStringList>
#include <memory>
#include <optional>

#include "app/bridge/expert_use.h"
#include "app/bridge/model_info.h"
#include "app/bridge/user_message.h"

namespace app::bridge {

struct EngineFactory;

// The numbers of a model that nobody here has a file of, as it would be in a usual quantisation.
struct ModelOutline {
    QString architecture; // GGUF's: "qwen3moe"
    qint64 layers = 0, width = 0, heads = 0, kvHeads = 0, headSize = 0;
    qint64 feedForward = 0;                               // of a dense layer
    qint64 experts = 0, expertsUsed = 0, expertWidth = 0; // 0 experts: dense
    qint64 vocabulary = 0, context = 0;
    bool tiedHead = false; // the embedding serves as the head
    bool operator==(const ModelOutline&) const = default;
};

// What a person may fix; everything else is chosen.
struct PlanQuery {
    enum class Guardrail { off, relaxed, balanced, strict };
    enum class KvPrecision { automatic, f16, q8_0, q4_0 };
    enum class Quantize { none, automatic, q8_0, q4_K_M }; // of weights in F32, F16 or BF16, while loading

    QString path;                        // of a model, or of a header file without its data (see downloads)
    std::optional<ModelOutline> outline; // instead of `path`: as Q4_K_M
    QString copyAs; // "Q4_K_M": the smaller copy of `path` that is still to be made; empty: `path` itself
    qint64 contextSize = 0; // tokens; 0: chosen
    KvPrecision kvPrecision = KvPrecision::automatic;
    Quantize quantize = Quantize::none;
    int gpuLayers = -1;       // -1: chosen
    int cpuExpertLayers = -1; // layers whose experts stay on the processor; -1: chosen
    QList<int> gpus;          // indices that may be used; empty: all
    int threads = 0;          // 0: chosen
    Guardrail guardrail = Guardrail::balanced;
    bool loaded = false;  // it is in memory now: what else is free does not matter
    bool experts = false; // where each of them would be is asked for, too

    // What the speed is asked for: so many tokens after `depth` others; 0: a prompt of 512 and a reply of 128
    // from an empty cache.
    struct Work {
        qint64 promptTokens = 0, promptDepth = 0;
        qint64 generateTokens = 0, generateDepth = 0;
        bool operator==(const Work&) const = default;
    };
    Work work;

    void setLoad(const LoadFacts& load); // to be planned as it was loaded
    bool operator==(const PlanQuery&) const = default;
};

// Tokens per second; 0: not known.
struct Speeds {
    double prompt = 0, generate = 0;
    bool operator==(const Speeds&) const = default;
};

struct PlanDevice {
    enum class Kind { processor, gpu, disk };
    Kind kind = Kind::processor;
    QString name;
    qint64 total = 0, limit = 0; // bytes; limit: of it that a model may take under the guardrail
    // Bytes by class; they and `free` add up to `total`.
    qint64 weights = 0, experts = 0, kvCache = 0, compute = 0, adapter = 0, otherPrograms = 0, free = 0;
    bool operator==(const PlanDevice&) const = default;
};

struct ModelPlan {
    enum class Verdict {
        unknown,    // sentence says why
        fitsGpu,    // all of it
        fitsPartly, // some on the GPU, some in memory
        fitsMemory, // all in memory
        fromDisk,   // runs, but weights are read from disk again and again
        tight,      // would fit if other programs were closed
        doesNotFit, // missingBytes
    };
    Verdict verdict = Verdict::unknown;
    QString path;
    QString sentence;   // for people: what was chosen and what limits
    QString suggestion; // what would help most; may be empty
    qint64 missingBytes = 0;
    qint64 contextSize = 0; // tokens, as planned
    PlanQuery::KvPrecision kvPrecision = PlanQuery::KvPrecision::f16;
    QString quantize;       // made while loading: "Q8_0"; empty: as the file is
    QString quantizeReason; // why, where it was chosen
    bool quantizable = false;
    qint64 largestContext = 0; // tokens that would still fit
    int threads = 0;
    int layers = 0, gpuLayers = 0, expertLayers = 0, cpuExpertLayers = 0;
    QList<PlanDevice> devices;
    // Of a query that asks for them. Calls: millionths of the layer's, as earlier runs have shown, or none.
    QList<ExpertLayer> experts;
    double promptTokensPerSecond = 0, generateTokensPerSecond = 0; // 0: cannot be said
    double speedBand = 0;                                          // 0.15: give or take 15 %
    bool speedMeasured = false;                          // from this machine's calibration; else a guess
    double promptCorrection = 1, generateCorrection = 1; // factors in these speeds, from replies of others
    Speeds measured; // of this model as planned, by its own replies on this machine
    // Without what replies taught, to stand beside what was measured: corrected by its own replies, a
    // prediction would only say the same.
    Speeds uncorrected() const {
        return {promptTokensPerSecond / promptCorrection, generateTokensPerSecond / generateCorrection};
    }
    bool fits() const {
        return verdict == Verdict::fitsGpu || verdict == Verdict::fitsPartly ||
               verdict == Verdict::fitsMemory;
    }
    bool operator==(const ModelPlan&) const = default;
};

// What earlier runs taught about models on this machine, by the fingerprints of their files.
struct LoadSpeeds {
    LoadFacts load;
    Speeds measured; // of 512 tokens of a prompt and 128 of a reply, from an empty cache
    bool operator==(const LoadSpeeds&) const = default;
};
using HeatShares = QList<QList<float>>; // {layers}{experts} of each layer's calls; {} for dense layers
struct FileExperience {
    QList<LoadSpeeds> speeds; // one for each kind of load, by the last instruction set that was used
    HeatShares heat;          // empty: not known
};
using Experience = QHash<QString, FileExperience>;

class Planner : public QObject {
    Q_OBJECT
 public:
    // `threads`: of loads that do not say; 0: chosen.
    explicit Planner(std::shared_ptr<const EngineFactory> factory, int threads = 0,
                     QObject* parent = nullptr);
    ~Planner() override;

    // The profile that app/hardware keeps, as JSON (the form of `tandem-cli machine --json`). Plans asked for
    // before the first one use what can be seen without measuring. Those in flight are made anew.
    void setMachine(const QByteArray& profile);

    // What earlier runs taught. Plans in flight may still be without it.
    void setExperience(const Experience& experience);

    // Answers by planned() or failed() with the number that this returns. Headers are read once per path and
    // file time, so a slider may ask at every step: a query that is overtaken by a later one of the same
    // `channel` (not 0) is dropped unanswered.
    quint64 plan(const PlanQuery& query, int channel = 0);

    // Whether models of GGUF's architecture ("qwen3moe") can be run; true when the engine does not say.
    bool knows(const QString& architecture) const;

 Q_SIGNALS:
    void planned(quint64 number, const app::bridge::ModelPlan& plan);
    void failed(quint64 number, const app::bridge::UserMessage& message); // the header cannot be read
    void machineChanged();                                                // earlier plans may be out of date

 private:
    class Worker;
    quint64 m_lastNumber = 0;
    std::shared_ptr<const EngineFactory> m_factory;
    std::unique_ptr<Worker> m_worker;
};

} // namespace app::bridge

Q_DECLARE_METATYPE(app::bridge::ModelPlan)
