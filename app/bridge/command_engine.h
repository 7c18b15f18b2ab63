// CommandEngine: the engine for the command line: every call blocks, texts are bytes, failures are one line.
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QList>
#include <QMap>
#include <QPair>
#include <QString>
#include <QStringList>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/bridge/chat_turn.h"
#include "app/bridge/model_info.h"

namespace app::bridge {

struct CommandTurn {
    TurnRequest request;
    QByteArray rawPrompt;  // when not empty: the prompt itself, byte for byte, no template
    qint64 maxTokens = -1; // -1: until the model ends (request.settings.maxTokens does not count here)
    QList<QPair<qint32, double>> logitBias;
};

struct CommandReply {
    QString text, reasoning;
    QString stopReason; // "end", "stop", "length", "context", "cancelled"
    qint64 promptTokens = 0, cachedTokens = 0, generatedTokens = 0;
    std::optional<double> promptTokensPerSecond, generateTokensPerSecond;
    QString logitsHash; // 16 hexadecimal digits
    qint64 seed = 0;    // that was used
};

struct CommandTemplate {
    QByteArray messagesJson, toolsJson;  // toolsJson may be empty
    QMap<QString, QByteArray> variables; // name -> JSON
    qint64 nowSeconds = 0;               // since 1970, what strftime_now() shows
    int utcOffsetSeconds = 0;
};

struct CommandQuantize {
    QString input, output, type;
    QString imatrix; // may be empty
};

struct CommandSynthesis {
    std::string shape, type; // as a person writes them
    qint64 layers = 0;       // 0: all
    quint64 seed = 1;
    QString path;
};

struct CommandLoad {
    QString path;
    qint64 contextSize = 0;  // tokens; 0: the engine's choice
    std::string kvPrecision; // one of kvPrecisions(); empty: the engine's choice
    std::string quantize;    // one of quantizeTypes(), made while loading; empty or "none": as the file is
    std::string guardrail;   // one of guardrails(), memory left to others; empty: balanced
    bool anyway = false;     // even where the plan says that it does not fit
};

struct CommandMachine {
    QStringList folders; // that hold models
    QString file;        // a machine file to read; empty: this computer
    QByteArray profile;  // instead: one that is at hand already, in whatever order its members are
    bool calibrate = false;
};

struct CommandModelBench {
    QString path;
    std::string kvPrecision, quantize; // as above
    qint64 promptTokens = 512, generateTokens = 128, depth = 0, sequences = 1;
    int repetitions = 5;
};

struct CommandLayerBench {
    bool dense = false; // else a mixture of experts
    qint64 hidden = 2048, width = 768, experts = 128, top = 8;
    std::string type = "Q4_K";
    std::vector<int64_t> tokens = {1};
    int repetitions = 5;
};

// A call that fails returns nullopt (false) and leaves one line in lastError(). Not for several threads at
// once, except for requestStop().
class CommandEngine {
 public:
    // threads 0: one per core.
    explicit CommandEngine(int threads = 0);
    ~CommandEngine();
    CommandEngine(const CommandEngine&) = delete;
    CommandEngine& operator=(const CommandEngine&) = delete;

    QString lastError() const;
    // Ends the call that runs, in this or another thread, at the next token; safe in a signal handler.
    static void requestStop();
    static void clearStop();

    std::optional<QJsonObject> inspect(const QString& path);
    std::optional<QList<qint32>> tokenize(const QString& path, const QByteArray& bytes, bool withSpecial);
    // `path`: a model, or a template by itself (*.jinja).
    std::optional<QByteArray> renderTemplate(const QString& path, const CommandTemplate& request);

    // Names of what quantize() makes: "Q4_K_M", ...
    static QStringList quantizeTypes();
    // {input, output, type, tensors: [{name, from, to, wanted?, mse?}], warnings, bytes_before, bytes_after,
    // bits_per_weight, seconds}. A stop leaves no output.
    std::optional<QJsonObject> quantize(const CommandQuantize& request,
                                        const std::function<void(qint64, qint64)>& progress = {});
    // A profile in the form of machine files.
    std::optional<QByteArray> machine(const CommandMachine& request,
                                      const std::function<void(qint64, qint64)>& progress = {});
    // These stand alone and are measured with the engine's number of threads.
    bool synthesise(const CommandSynthesis& request,
                    const std::function<void(qint64, qint64)>& progress = {});
    std::optional<QJsonObject> benchModel(const CommandModelBench& request,
                                          const std::function<void(qint64, qint64)>& progress = {});
    std::optional<QJsonObject> benchLayer(const CommandLayerBench& request);

    static std::vector<std::string> kvPrecisions(); // "f16", "q8_0", ...
    static std::vector<std::string> guardrails();   // "off", "relaxed", ...

    // The following need load().
    bool load(const CommandLoad& request, const std::function<void(qint64, qint64)>& progress = {});
    LoadFacts loadFacts() const;
    QString quantized() const; // type that was made while loading; empty: as the file is
    QString isa() const;       // "amx", "avx512", "avx2", "reference"
    QString describe() const;  // one line: the model and where it runs
    // `stream` gets pieces of the reply as they come; thinking is true for what stands before the answer.
    std::optional<CommandReply> respond(
        const CommandTurn& turn, const std::function<void(const QByteArray& piece, bool thinking)>& stream);
    // Rows of float32, in order; `columns` each. A sink that returns an error text (not empty) ends it.
    using RowSink = std::function<QString(const float* rows, qint64 count, qint64 columns)>;
    bool logits(const QList<qint32>& ids, const RowSink& sink);
    std::optional<QJsonObject> perplexity(const QByteArray& text, qint64 window,
                                          const std::function<void(qint64, qint64)>& progress = {});

 private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace app::bridge
