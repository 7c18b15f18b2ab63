// quantize: a model as one GGUF file, with fewer bits or as it is.
#include <QJsonArray>
#include <QLocale>
#include <memory>
#include <vector>

#include "app/bridge/command_engine.h"
#include "app/cli/commands.h"
#include "app/cli/interrupt.h"
#include "app/cli/output.h"

namespace app::cli {

namespace {

struct QuantizeArguments {
    std::string input, output, type, imatrix;
    int threads = 0;
    bool json = false;
};

std::vector<std::string> types() {
    std::vector<std::string> names;
    for (const QString& name : bridge::CommandEngine::quantizeTypes())
        names.push_back(name.toStdString());
    return names;
}

QString text(const QJsonObject& report) {
    const auto number = [&](const char* key) { return report.value(QLatin1String(key)); };
    QMap<QString, int> formats;
    for (const QJsonValue& tensor : report.value(QLatin1String("tensors")).toArray())
        ++formats[tensor.toObject().value(QLatin1String("to")).toString()];
    QStringList parts;
    for (auto it = formats.begin(); it != formats.end(); ++it)
        parts.append(QStringLiteral("%1 %2").arg(it.value()).arg(it.key()));
    const QLocale locale = QLocale::c();
    return QStringLiteral("%1: %2, %3 bits per weight, %4 -> %5 in %6 s\ntensors: %7\n")
        .arg(number("output").toString(), number("type").toString())
        .arg(number("bits_per_weight").toDouble(), 0, 'f', 2)
        .arg(locale.formattedDataSize(number("bytes_before").toInteger(), 2, QLocale::DataSizeSIFormat),
             locale.formattedDataSize(number("bytes_after").toInteger(), 2, QLocale::DataSizeSIFormat))
        .arg(number("seconds").toDouble(), 0, 'f', 1)
        .arg(parts.join(QStringLiteral(", ")));
}

int quantize(const QuantizeArguments& arguments) {
    const auto path = [](const std::string& from) { return QString::fromLocal8Bit(from.c_str()); };
    bridge::CommandEngine engine(arguments.threads);
    const StopOnInterrupt interrupt;
    ProgressLine line(QStringLiteral("Quantising"));
    const auto report = engine.quantize(
        {path(arguments.input), path(arguments.output), path(arguments.type), path(arguments.imatrix)},
        [&](qint64 done, qint64 total) { line.show(done, total); });
    line.clear();
    if (!report) return fail(engine.lastError());
    for (const QJsonValue& warning : report->value(QLatin1String("warnings")).toArray())
        writeErr("tandem-cli: warning: " + warning.toString().toUtf8() + "\n");
    if (arguments.json) {
        writeJson(*report);
    } else {
        writeOut(text(*report).toUtf8());
    }
    return 0;
}

} // namespace

void addQuantize(CLI::App& app, int& exitCode) {
    CLI::App* command =
        app.add_subcommand("quantize", "Write a model as one GGUF file with fewer bits per weight");
    auto arguments = std::make_shared<QuantizeArguments>();
    command
        ->add_option("IN", arguments->input, "A GGUF file, best in F16 or BF16, or a folder with safetensors")
        ->required();
    command->add_option("OUT", arguments->output, "The GGUF file to write")->required();
    command
        ->add_option("TYPE", arguments->type,
                     "The mixture of number formats: Q4_K_M, Q8_0, ...; F16 or BF16: no fewer bits")
        ->required()
        ->check(CLI::IsMember(types(), CLI::ignore_case));
    command->add_option("--imatrix", arguments->imatrix,
                        "How much each input column matters: a GGUF file of llama-imatrix");
    command->add_option("--threads", arguments->threads, "Worker threads (default: one per core)")
        ->check(CLI::Range(1, 1024));
    command->add_flag("--json", arguments->json, "Print one JSON object");
    command->callback([arguments, &exitCode] { exitCode = quantize(*arguments); });
}

} // namespace app::cli
