// plan: will a model run on this or another computer, what would it take, how fast would it be.
#include <QFileInfo>
#include <QJsonArray>
#include <QLocale>
#include <memory>

#include "app/bridge/command_engine.h"
#include "app/bridge/command_plan.h"
#include "app/cli/commands.h"
#include "app/cli/hub_plan.h"
#include "app/cli/known_machine.h"
#include "app/cli/model_arguments.h"
#include "app/cli/output.h"

namespace app::cli {

namespace {

struct PlanArguments {
    ModelArguments model;
    HubArguments hub;
    std::string machine;
    bridge::CommandPlan plan;
    bool json = false;
};

constexpr const char* kClasses[] = {"weights", "experts", "kv", "compute", "adapter", "other", "free"};

QString gigabytes(const QJsonValue& bytes) {
    return QString::number(bytes.toDouble() / 1e9, 'f', 2);
}

// One line per device, GB by class.
QString deviceTable(const QJsonArray& devices) {
    QString text = QStringLiteral("%1%2").arg(QStringLiteral("GB"), -28).arg(QStringLiteral("total"), 9);
    for (const char* name : kClasses)
        text += QStringLiteral("%1").arg(QLatin1String(name), 9);
    text += QLatin1Char('\n');
    for (const QJsonValue& value : devices) {
        const QJsonObject device = value.toObject();
        text += QStringLiteral("%1%2")
                    .arg(device.value(QLatin1String("name")).toString().left(27), -28)
                    .arg(gigabytes(device.value(QLatin1String("total_bytes"))), 9);
        const QJsonObject bytes = device.value(QLatin1String("bytes")).toObject();
        for (const char* name : kClasses)
            text += QStringLiteral("%1").arg(gigabytes(bytes.value(QLatin1String(name))), 9);
        text += QLatin1Char('\n');
    }
    return text;
}

QString speedLine(const QJsonObject& predicted) {
    const double generate = predicted.value(QLatin1String("generate_tokens_per_s")).toDouble();
    if (generate <= 0) return {};
    return QStringLiteral("prompt %1 tokens/s, generation %2 tokens/s, give or take %3 % (%4)\n")
        .arg(predicted.value(QLatin1String("prompt_tokens_per_s")).toDouble(), 0, 'f', 0)
        .arg(generate, 0, 'f', 1)
        .arg(100 * predicted.value(QLatin1String("band")).toDouble(), 0, 'f', 0)
        .arg(predicted.value(QLatin1String("measured")).toBool()
                 ? QStringLiteral("from this machine's calibration")
                 : QStringLiteral("guessed from the machine's kind"));
}

QString measuredLine(const QJsonObject& here) {
    QStringList parts;
    const auto add = [&](const char* key, const QString& words, int decimals) {
        if (const double speed = here.value(QLatin1String(key)).toDouble(); speed > 0)
            parts.append(words.arg(speed, 0, 'f', decimals));
    };
    add("prompt_tokens_per_s", QStringLiteral("prompt %1 tokens/s"), 0);
    add("generate_tokens_per_s", QStringLiteral("generation %1 tokens/s"), 1);
    return parts.isEmpty() ? QString()
                           : parts.join(QStringLiteral(", ")) + QStringLiteral(" (measured here)\n");
}

QString report(const QJsonObject& plan) {
    const auto count = [&](const char* key) {
        return QLocale::c().toString(plan.value(QLatin1String(key)).toInteger());
    };
    QString text = plan.value(QLatin1String("sentence")).toString() + QLatin1Char('\n');
    const QString suggestion = plan.value(QLatin1String("suggestion")).toString();
    if (!suggestion.isEmpty()) text += suggestion + QLatin1Char('\n');
    text += QStringLiteral(
                "context %1 (up to %2 would fit), KV cache in %3, %4 threads, %5 of %6 layers and head "
                "on GPUs\n")
                .arg(count("context"), count("largest_context"), plan.value(QLatin1String("kv")).toString(),
                     count("threads"), count("gpu_layers"),
                     QString::number(plan.value(QLatin1String("layers")).toInteger() + 1));
    return text + speedLine(plan.value(QLatin1String("predicted")).toObject()) +
           measuredLine(plan.value(QLatin1String("measured_here")).toObject()) +
           deviceTable(plan.value(QLatin1String("devices")).toArray());
}

int print(const QJsonObject& plan, bool asJson) {
    if (asJson)
        writeJson(plan);
    else
        writeText(report(plan));
    return 0;
}

int planHub(const PlanArguments& arguments) {
    const QString& typed = arguments.plan.path;
    const QString noFile = QStringLiteral("there is no file or folder %1").arg(typed);
    const auto address = downloads::parseAddress(typed);
    if (!address)
        return fail(noFile +
                    QStringLiteral(", and models of a hub are named like owner/name or owner/name:Q4_K_M"));
    if (!arguments.hub.problem().isEmpty()) return badUsage(arguments.hub.problem());
    const HubPlan plan = planOfHub(*address, arguments.hub, arguments.plan);
    if (!plan.problem.isEmpty()) {
        // owner/name may as well be a path that was mistyped.
        const bool path = !plan.found && !typed.contains(QLatin1Char(':'));
        return fail(path ? noFile + QStringLiteral(", and as a model of a hub: ") + plan.problem
                         : plan.problem);
    }
    if (plan.chosen && !arguments.json) {
        const bool fits = plan.json.value(QLatin1String("fits")).toBool();
        writeText(QStringLiteral("%1, %2\n")
                      .arg(plan.json.value(QLatin1String("model")).toString(),
                           fits ? QStringLiteral("the variant recommended for this machine")
                                : QStringLiteral("the smallest variant; no other fits this machine either")));
    }
    return print(plan.json, arguments.json);
}

int plan(PlanArguments arguments) {
    arguments.plan.path = arguments.model.path();
    arguments.plan.machineFile = QString::fromLocal8Bit(arguments.machine.c_str());
    arguments.plan.contextSize = arguments.model.context;
    arguments.plan.threads = arguments.model.threads;
    if (arguments.plan.machineFile.isEmpty()) knownMachine().addTo(arguments.plan);
    const QString& path = arguments.plan.path;
    if (!path.isEmpty() && !QFileInfo::exists(path)) return planHub(arguments);
    if (arguments.plan.quantize.empty()) arguments.plan.quantize = "auto";
    QString error;
    const auto json = bridge::planModel(arguments.plan, &error);
    return json ? print(*json, arguments.json) : fail(error);
}

} // namespace

void addPlan(CLI::App& app, int& exitCode) {
    CLI::App* command =
        app.add_subcommand("plan", "Say whether and how a model would run, without loading it");
    auto arguments = std::make_shared<PlanArguments>();
    bridge::CommandPlan& plan = arguments->plan;
    command
        ->add_option("MODEL", arguments->model.model,
                     "A GGUF file, a folder with safetensors, the word guide, or a model of a hub: "
                     "owner/name, owner/name:Q4_K_M, or the address of its page")
        ->required();
    arguments->hub.add(*command);
    command->add_option("--machine", arguments->machine,
                        "Plan for the computer that this file describes (see tandem-cli machine --json)");
    command
        ->add_option("--context", arguments->model.context, "Tokens that prompt and reply may use together")
        ->check(CLI::Range(qint64{1}, (qint64{1} << 31) - 1));
    command->add_option("--kv", plan.kvPrecision, "Number format of the KV cache: f32, f16, q8_0 or q4_0")
        ->check(CLI::IsMember(bridge::CommandEngine::kvPrecisions()));
    command->add_option(
        "--quantize", plan.quantize,
        "Made of the weights while loading: Q8_0, Q4_K_M, ...; auto: chosen for models in F32, "
        "F16 or BF16 (the default for files), none: as they are (the default for a hub's)");
    ModelArguments::addGuardrail(*command, plan.guardrail);
    command->add_option("--threads", arguments->model.threads, "Worker threads (default: one per core)")
        ->check(CLI::Range(1, 1024));
    command
        ->add_option("--gpu-layers", plan.gpuLayers,
                     "Layers on GPUs, the head counted as one (default: chosen)")
        ->check(CLI::Range(0, 4097));
    command
        ->add_option("--cpu-expert-layers", plan.cpuExpertLayers,
                     "Layers whose experts stay with the processor (default: chosen)")
        ->check(CLI::Range(0, 4096));
    command->add_flag("--json", arguments->json, "Print one JSON object");
    command->callback([arguments, &exitCode] { exitCode = app::cli::plan(*arguments); });
}

} // namespace app::cli
