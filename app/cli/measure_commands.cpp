// logits: the numbers behind each next token. perplexity: how well a model predicts a text.
#include <memory>

#include "app/cli/commands.h"
#include "app/cli/model_arguments.h"
#include "app/cli/npy_writer.h"
#include "app/cli/output.h"

namespace app::cli {

namespace {

struct LogitsArguments {
    ModelArguments model;
    std::string text, ids, out;
    bool json = false;
    CLI::Option* idsOption = nullptr;
};

std::optional<QList<qint32>> parseIds(const std::string& text) {
    QList<qint32> ids;
    for (const QByteArray& part : QByteArray::fromStdString(text).split(',')) {
        bool ok = false;
        ids.append(part.trimmed().toInt(&ok));
        if (!ok) return std::nullopt;
    }
    return ids;
}

bridge::CommandLoad withContext(bridge::CommandLoad load, qint64 tokens) {
    load.contextSize = tokens;
    return load;
}

int logits(const LogitsArguments& arguments) {
    std::optional<QList<qint32>> ids;
    if (arguments.idsOption->count() > 0) {
        ids = parseIds(arguments.ids);
        if (!ids) return badUsage(QStringLiteral("--ids wants numbers with commas between, like 1,2,3"));
    }
    bridge::CommandEngine engine(arguments.model.threads);
    if (!ids) {
        ids = engine.tokenize(arguments.model.path(), QByteArray::fromStdString(arguments.text), true);
        if (!ids) return fail(engine.lastError());
    }
    if (ids->isEmpty()) return fail(QStringLiteral("the text has no tokens"));
    if (!engine.load(withContext(arguments.model.load(), ids->size()))) return fail(engine.lastError());
    std::unique_ptr<NpyWriter> writer;
    qint64 width = 0;
    const bool done = engine.logits(*ids, [&](const float* rows, qint64 count, qint64 columns) {
        if (!writer) {
            width = columns;
            writer = std::make_unique<NpyWriter>(QString::fromLocal8Bit(arguments.out.c_str()), ids->size(),
                                                 columns);
            if (const QString error = writer->open(); !error.isEmpty()) return error;
        }
        return writer->write(rows, count * columns);
    });
    if (!done) return fail(engine.lastError());
    if (const QString error = writer->commit(); !error.isEmpty()) return fail(error);
    if (arguments.json) {
        writeJson({{QStringLiteral("tokens"), ids->size()}, {QStringLiteral("vocabulary"), width}});
    } else {
        writeOut(QStringLiteral("%1 x %2 logits in %3\n")
                     .arg(ids->size())
                     .arg(width)
                     .arg(QString::fromLocal8Bit(arguments.out.c_str()))
                     .toUtf8());
    }
    return 0;
}

struct PerplexityArguments {
    ModelArguments model;
    std::string file;
    bool json = false;
};

int perplexity(const PerplexityArguments& arguments) {
    QString error;
    const auto text = readFile(QString::fromLocal8Bit(arguments.file.c_str()), &error);
    if (!text) return fail(error);
    bridge::CommandEngine engine(arguments.model.threads);
    if (!engine.load(arguments.model.load())) return fail(engine.lastError());
    ProgressLine line(QStringLiteral("Reading"));
    const auto report = engine.perplexity(*text, arguments.model.context,
                                          [&](qint64 done, qint64 total) { line.show(done, total); });
    line.clear();
    if (!report) return fail(engine.lastError());
    if (arguments.json) {
        writeJson(*report);
    } else {
        writeOut(QStringLiteral("perplexity %1 over %2 predicted tokens in %3 windows\n")
                     .arg(report->value(QLatin1String("perplexity")).toDouble(), 0, 'g', 8)
                     .arg(report->value(QLatin1String("predicted_tokens")).toInteger())
                     .arg(report->value(QLatin1String("windows")).toInteger())
                     .toUtf8());
    }
    return 0;
}

} // namespace

void addLogits(CLI::App& app, int& exitCode) {
    CLI::App* command = app.add_subcommand("logits", "Write the logits of every position of a text");
    auto arguments = std::make_shared<LogitsArguments>();
    arguments->model.addModel(*command);
    auto* source = command->add_option_group("source");
    source->add_option("--text", arguments->text, "The text");
    arguments->idsOption = source->add_option("--ids", arguments->ids, "Token ids: 1,2,3");
    source->require_option(1);
    command->add_option("--out", arguments->out, "NumPy file: float32 [tokens, vocabulary]")->required();
    command->add_option("--threads", arguments->model.threads, "Worker threads (default: one per core)")
        ->check(CLI::Range(1, 1024));
    arguments->model.addFormats(*command);
    command->add_flag("--json", arguments->json, "Print one JSON object");
    command->callback([arguments, &exitCode] { exitCode = logits(*arguments); });
}

void addPerplexity(CLI::App& app, int& exitCode) {
    CLI::App* command = app.add_subcommand("perplexity", "Measure how well a model predicts a text");
    auto arguments = std::make_shared<PerplexityArguments>();
    arguments->model.addModel(*command);
    command->add_option("--file", arguments->file, "The text, taken byte for byte; - is standard input")
        ->required();
    arguments->model.addMachine(*command);
    command->add_flag("--json", arguments->json, "Print one JSON object");
    command->callback([arguments, &exitCode] { exitCode = perplexity(*arguments); });
}

} // namespace app::cli
