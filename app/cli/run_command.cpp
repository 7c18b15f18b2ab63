// run: one prompt, one reply. chat: a conversation in the terminal.
#include <QFile>
#include <QJsonValue>
#include <functional>
#include <memory>

#include "app/cli/commands.h"
#include "app/cli/interrupt.h"
#include "app/cli/known_machine.h"
#include "app/cli/model_arguments.h"
#include "app/cli/output.h"

namespace app::cli {

namespace {

constexpr const char* kChosenType = "auto"; // of --quantize

struct RunArguments {
    ModelArguments model;
    SamplingArguments sampling;
    std::string prompt;
    bool raw = false, json = false;
};

QJsonValue number(const std::optional<double>& value) {
    return value ? QJsonValue(*value) : QJsonValue();
}

QJsonObject toJson(const bridge::CommandReply& reply, const bridge::CommandEngine& engine) {
    QJsonObject json{
        {QStringLiteral("text"), reply.text},
        {QStringLiteral("prompt_tokens"), reply.promptTokens},
        {QStringLiteral("generated_tokens"), reply.generatedTokens},
        {QStringLiteral("prompt_tokens_per_s"), number(reply.promptTokensPerSecond)},
        {QStringLiteral("generate_tokens_per_s"), number(reply.generateTokensPerSecond)},
        {QStringLiteral("stop_reason"), reply.stopReason},
        {QStringLiteral("isa"), engine.isa()},
        {QStringLiteral("logits_hash"), reply.logitsHash},
        {QStringLiteral("seed"), reply.seed},
    };
    if (const QString type = engine.quantized(); !type.isEmpty())
        json.insert(QStringLiteral("quantize"), type);
    if (!reply.reasoning.isEmpty()) json.insert(QStringLiteral("reasoning"), reply.reasoning);
    return json;
}

// Answers go to standard output; thinking, dimmed on a terminal, to standard error.
void show(const QByteArray& piece, bool thinking) {
    if (!thinking) {
        writeOut(piece);
    } else {
        writeErr(errIsTerminal() ? "\x1b[2m" + piece + "\x1b[0m" : piece);
    }
}

// The same choice as the window's and the plan command's, from all that is known of this computer. Empty: a
// model that cannot be planned, so loading says why.
std::string chosenType(const ModelArguments& arguments, const KnownMachine& machine) {
    bridge::CommandPlan request;
    request.path = arguments.path();
    request.contextSize = arguments.context;
    request.kvPrecision = arguments.kvPrecision;
    request.quantize = kChosenType;
    request.guardrail = arguments.guardrail;
    request.threads = arguments.threads;
    machine.addTo(request);
    QString error;
    const auto plan = bridge::planModel(request, &error);
    return plan ? plan->value(QLatin1String("quantize")).toString().toStdString() : std::string();
}

bool loadModel(bridge::CommandEngine& engine, const ModelArguments& arguments, const KnownMachine& machine) {
    ProgressLine line(QStringLiteral("Loading"));
    bridge::CommandLoad request = arguments.load();
    if (request.quantize == kChosenType) request.quantize = chosenType(arguments, machine);
    const bool loaded = engine.load(request, [&](qint64 done, qint64 total) { line.show(done, total); });
    line.clear();
    if (loaded && arguments.quantize == kChosenType && !engine.quantized().isEmpty())
        writeErr(QStringLiteral("The weights were made %1 while loading; tandem-cli plan says why, "
                                "--quantize none loads them as they are.\n")
                     .arg(engine.quantized())
                     .toUtf8());
    return loaded;
}

// Loaded against the plan, weights may come from the disk again and again: no speed of the machine.
void learn(const ModelArguments& arguments, const KnownMachine& machine, const bridge::CommandEngine& engine,
           const bridge::CommandReply& reply) {
    if (!arguments.anyway) keepSpeeds(machine, arguments.path(), engine.loadFacts(), reply);
}

int run(const RunArguments& arguments) {
    bridge::CommandTurn turn;
    QString error;
    if (!arguments.sampling.apply(turn, &error)) return badUsage(error);
    QByteArray prompt = QByteArray::fromStdString(arguments.prompt);
    if (prompt == "-") {
        const auto bytes = readFile(QStringLiteral("-"), &error);
        if (!bytes) return fail(error);
        prompt = *bytes;
    }
    if (prompt.isEmpty()) return badUsage(QStringLiteral("the prompt is empty"));
    if (arguments.raw) {
        turn.rawPrompt = prompt;
    } else {
        turn.request.messages.append({QStringLiteral("user"), QString::fromUtf8(prompt), {}});
    }
    const KnownMachine machine = knownMachine();
    bridge::CommandEngine engine(arguments.model.threads);
    if (!loadModel(engine, arguments.model, machine)) return fail(engine.lastError());
    const StopOnInterrupt interrupt;
    const auto reply = engine.respond(turn, [&](const QByteArray& piece, bool thinking) {
        if (!arguments.json) show(piece, thinking);
    });
    if (!reply) return fail(engine.lastError());
    if (arguments.json) {
        writeJson(toJson(*reply, engine));
    } else if (!reply->text.endsWith(QLatin1Char('\n'))) {
        writeOut("\n");
    }
    learn(arguments.model, machine, engine, *reply);
    return 0;
}

constexpr const char* kChatHelp =
    "/new starts over, /system TEXT sets the system prompt, /retry answers again, /exit ends (or Ctrl+D). "
    "Ctrl+C stops a reply.\n";

class Chat {
 public:
    using Learn = std::function<void(const bridge::CommandReply&)>;
    Chat(bridge::CommandEngine& engine, bridge::CommandTurn turn, Learn learn)
        : m_engine(engine), m_turn(std::move(turn)), m_learn(std::move(learn)) {}

    int loop() {
        if (outIsTerminal()) writeErr(withoutControl(m_engine.describe()).toUtf8() + "\n" + kChatHelp);
        QFile in;
        if (!in.open(stdin, QIODevice::ReadOnly)) return fail(QStringLiteral("cannot read standard input"));
        while (true) {
            if (outIsTerminal()) writeOut("> ");
            QByteArray line = in.readLine();
            if (line.isEmpty()) break; // end of input
            while (line.endsWith('\n') || line.endsWith('\r'))
                line.chop(1);
            if (line == "/exit" || line == "/quit") break;
            if (!line.trimmed().isEmpty() && !command(line)) say(line);
        }
        return m_failed ? kFailure : 0;
    }

 private:
    QList<bridge::TurnMessage>& messages() { return m_turn.request.messages; }

    bool command(const QByteArray& line) {
        if (line == "/new") {
            messages().clear();
        } else if (line.startsWith("/system")) {
            m_turn.request.settings.systemPrompt = QString::fromUtf8(line.mid(7).trimmed());
        } else if (line == "/retry") {
            if (!messages().isEmpty() && messages().last().role == QLatin1String("assistant"))
                messages().removeLast();
            if (!messages().isEmpty()) answer();
        } else if (line == "/help") {
            writeErr(kChatHelp);
        } else {
            return false;
        }
        return true;
    }

    void say(const QByteArray& text) {
        messages().append({QStringLiteral("user"), QString::fromUtf8(text), {}});
        if (!answer()) messages().removeLast();
    }

    bool answer() {
        const StopOnInterrupt interrupt;
        const auto reply = m_engine.respond(m_turn, show);
        writeOut("\n");
        m_failed = !reply;
        if (!reply) {
            fail(m_engine.lastError());
            return false;
        }
        messages().append({QStringLiteral("assistant"), reply->text, reply->reasoning});
        if (outIsTerminal() && reply->generateTokensPerSecond) {
            writeErr(QStringLiteral("\x1b[2m%1 tokens, %2 tokens/s\x1b[0m\n")
                         .arg(reply->generatedTokens)
                         .arg(*reply->generateTokensPerSecond, 0, 'f', 1)
                         .toUtf8());
        }
        m_learn(*reply);
        return true;
    }

    bridge::CommandEngine& m_engine;
    bridge::CommandTurn m_turn;
    Learn m_learn;
    bool m_failed = false; // the last reply
};

int chat(const RunArguments& arguments) {
    bridge::CommandTurn turn;
    QString error;
    if (!arguments.sampling.apply(turn, &error)) return badUsage(error);
    const KnownMachine machine = knownMachine();
    bridge::CommandEngine engine(arguments.model.threads);
    if (!loadModel(engine, arguments.model, machine)) return fail(engine.lastError());
    const auto keep = [&](const bridge::CommandReply& reply) {
        learn(arguments.model, machine, engine, reply);
    };
    return Chat(engine, std::move(turn), keep).loop();
}

} // namespace

void addRun(CLI::App& app, int& exitCode) {
    CLI::App* command = app.add_subcommand("run", "Answer one prompt");
    auto arguments = std::make_shared<RunArguments>();
    arguments->model.quantize = kChosenType;
    arguments->model.addModel(*command);
    command->add_option("-p,--prompt", arguments->prompt, "The prompt; - reads it from standard input")
        ->required();
    arguments->model.addMachine(*command);
    arguments->sampling.add(*command);
    command->add_flag("--raw", arguments->raw, "Take the prompt as it is, without a template");
    command->add_flag("--json", arguments->json, "Print one JSON object");
    command->callback([arguments, &exitCode] { exitCode = run(*arguments); });
}

void addChat(CLI::App& app, int& exitCode) {
    CLI::App* command = app.add_subcommand("chat", "Hold a conversation in the terminal");
    auto arguments = std::make_shared<RunArguments>();
    arguments->model.quantize = kChosenType;
    arguments->model.addModel(*command);
    arguments->model.addMachine(*command);
    arguments->sampling.add(*command);
    command->callback([arguments, &exitCode] { exitCode = chat(*arguments); });
}

} // namespace app::cli
