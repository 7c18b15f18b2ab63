// bench: how fast a model, or one layer of a given size, is on this machine.
#include <QJsonArray>
#include <memory>

#include "app/cli/commands.h"
#include "app/cli/interrupt.h"
#include "app/cli/model_arguments.h"
#include "app/cli/output.h"

namespace app::cli {

namespace {

struct BenchArguments {
    ModelArguments model;
    std::string layer;
    bridge::CommandModelBench whole;
    bridge::CommandLayerBench part;
    int repetitions = 5;
    bool json = false;
};

QString text(const QJsonObject& json, const QByteArray& key, int digits = 1) {
    return QString::number(json.value(QLatin1String(key)).toDouble(), 'f', digits);
}

// "31.4 (30.9 to 31.6)"
QString spread(const QJsonObject& json, const QByteArray& key, int digits = 1) {
    return QStringLiteral("%1 (%2 to %3)")
        .arg(text(json, key, digits), text(json, key + "_min", digits), text(json, key + "_max", digits));
}

QString share(const QJsonObject& json) {
    return QStringLiteral("%1 %").arg(100 * json.value(QLatin1String("share_of_bandwidth")).toDouble(), 0,
                                      'f', 0);
}

QString machineLine(const QJsonObject& json) {
    return QStringLiteral("%1, %2, %3 threads, memory reads %4 GB/s\n")
        .arg(json.value(QLatin1String("cpu")).toString(), json.value(QLatin1String("isa")).toString())
        .arg(json.value(QLatin1String("threads")).toInt())
        .arg(spread(json, "read_bandwidth_gb_per_s"));
}

QString modelReport(const QJsonObject& json) {
    const auto count = [&](const char* key) { return json.value(QLatin1String(key)).toInteger(); };
    QString out =
        QStringLiteral("%1 %2: loaded in %3 s, %4 GB resident\n")
            .arg(json.value(QLatin1String("model")).toString(),
                 json.value(QLatin1String("quantization")).toString(), text(json, "load_seconds", 2))
            .arg(static_cast<double>(count("peak_rss_bytes")) / 1e9, 0, 'f', 2);
    if (count("prompt_tokens") > 0) {
        out += QStringLiteral("prompt of %1: %2 tokens/s, %3 TFLOP/s\n")
                   .arg(count("prompt_tokens"))
                   .arg(spread(json, "prompt_tokens_per_s"), text(json, "prompt_tflops", 3));
    }
    if (count("generate_tokens") > 0) {
        out += QStringLiteral(
                   "generation of %1 in %2 sequence(s): %3 tokens/s, %4 GB/s, %5 of the memory's speed\n")
                   .arg(count("generate_tokens"))
                   .arg(count("sequences"))
                   .arg(spread(json, "generate_tokens_per_s"), text(json, "generate_gb_per_s"), share(json));
    }
    return out + QStringLiteral("logits %1\n").arg(json.value(QLatin1String("logits_hash")).toString());
}

QString layerReport(const QJsonObject& json) {
    QString out = QStringLiteral("%1%2%3%4%5%6\n")
                      .arg(QStringLiteral("tokens"), 7)
                      .arg(QStringLiteral("microseconds"), 34)
                      .arg(QStringLiteral("experts"), 9)
                      .arg(QStringLiteral("GB/s"), 8)
                      .arg(QStringLiteral("share"), 8)
                      .arg(QStringLiteral("GFLOP/s"), 10);
    for (const QJsonValue& value : json.value(QLatin1String("results")).toArray()) {
        const QJsonObject row = value.toObject();
        out += QStringLiteral("%1%2%3%4%5%6\n")
                   .arg(row.value(QLatin1String("tokens")).toInteger(), 7)
                   .arg(spread(row, "microseconds", 0), 34)
                   .arg(text(row, "distinct_experts"), 9)
                   .arg(text(row, "gb_per_s"), 8)
                   .arg(share(row), 8)
                   .arg(text(row, "gflop_per_s"), 10);
    }
    return out;
}

int bench(BenchArguments arguments) {
    const bool wholeModel = arguments.layer.empty();
    if (wholeModel == arguments.model.model.empty())
        return badUsage(QStringLiteral("bench wants either a MODEL or --layer moe (or dense)"));
    bridge::CommandEngine engine(arguments.model.threads);
    const StopOnInterrupt interrupt;
    std::optional<QJsonObject> json;
    if (wholeModel) {
        arguments.whole.path = arguments.model.path();
        arguments.whole.kvPrecision = arguments.model.kvPrecision;
        arguments.whole.quantize = arguments.model.quantize;
        arguments.whole.repetitions = arguments.repetitions;
        ProgressLine line(QStringLiteral("Measuring"));
        json = engine.benchModel(arguments.whole, [&](qint64 done, qint64 total) { line.show(done, total); });
    } else {
        arguments.part.dense = arguments.layer == "dense";
        arguments.part.repetitions = arguments.repetitions;
        json = engine.benchLayer(arguments.part);
    }
    if (!json) return fail(engine.lastError());
    if (arguments.json) {
        writeJson(*json);
    } else {
        writeOut((machineLine(*json) + (wholeModel ? modelReport(*json) : layerReport(*json))).toUtf8());
    }
    return 0;
}

void addModelOptions(CLI::App& command, BenchArguments& arguments) {
    const auto tokens = CLI::Range(qint64{0}, qint64{1} << 24);
    command
        .add_option("-p,--prompt-tokens", arguments.whole.promptTokens, "Tokens of the prompt (default: 512)")
        ->check(tokens);
    command
        .add_option("-n,--generate-tokens", arguments.whole.generateTokens,
                    "Tokens to generate (default: 128)")
        ->check(tokens);
    command.add_option("--depth", arguments.whole.depth, "Tokens before the generated ones (default: 0)")
        ->check(tokens);
    command.add_option("--sequences", arguments.whole.sequences, "Generate for so many at once (default: 1)")
        ->check(CLI::Range(1, 4096));
}

void addLayerOptions(CLI::App& command, BenchArguments& arguments) {
    bridge::CommandLayerBench& part = arguments.part;
    command.add_option("--layer", arguments.layer, "Measure one layer instead of a model: moe or dense")
        ->check(CLI::IsMember({"moe", "dense"}));
    command.add_option("--hidden", part.hidden, "Columns of the layer (default: 2048)");
    command.add_option("--width", part.width, "Rows of an expert, or of the dense matrix (default: 768)");
    command.add_option("--experts", part.experts, "Experts (default: 128)");
    command.add_option("--top", part.top, "Experts of a token (default: 8)");
    command.add_option("--type", part.type, "Number format of the weights (default: Q4_K)");
    command.add_option("--tokens", part.tokens, "Numbers of tokens: 1,32,512 (default: 1)")->delimiter(',');
}

} // namespace

void addBench(CLI::App& app, int& exitCode) {
    CLI::App* command = app.add_subcommand("bench", "Measure the speed of a model or of one layer");
    auto arguments = std::make_shared<BenchArguments>();
    command->add_option("MODEL", arguments->model.model,
                        "A GGUF file, a folder with safetensors, or the word guide (built in)");
    arguments->model.addFormats(*command);
    addModelOptions(*command, *arguments);
    addLayerOptions(*command, *arguments);
    command->add_option("-t,--threads", arguments->model.threads, "Worker threads (default: one per core)")
        ->check(CLI::Range(1, 1024));
    command->add_option("-r,--repetitions", arguments->repetitions, "Repetitions (default: 5)")
        ->check(CLI::Range(1, 10000));
    command->add_flag("--json", arguments->json, "Print one JSON object");
    command->callback([arguments, &exitCode] { exitCode = bench(*arguments); });
}

} // namespace app::cli
