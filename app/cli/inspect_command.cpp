// inspect: what a model file says about itself.
#include <QJsonArray>
#include <QLocale>
#include <memory>

#include "app/cli/commands.h"
#include "app/cli/model_arguments.h"
#include "app/cli/output.h"

namespace app::cli {

namespace {

QString shapeText(const QJsonArray& shape) {
    QStringList parts;
    for (const QJsonValue& n : shape)
        parts.append(QString::number(n.toInteger()));
    return parts.join(QStringLiteral(" x "));
}

QString facts(const QJsonObject& o) {
    const auto line = [](const char* name, const QString& value) {
        return value.isEmpty() ? QString()
                               : QStringLiteral("%1 %2\n").arg(QLatin1String(name), -18).arg(value);
    };
    const auto count = [&](const char* key) {
        const qint64 n = o.value(QLatin1String(key)).toInteger();
        return n > 0 ? QLocale::c().toString(n) : QString();
    };
    const QJsonObject tokenizer = o.value(QLatin1String("tokenizer")).toObject();
    QString text = line("name", o.value(QLatin1String("name")).toString()) +
                   line("architecture", o.value(QLatin1String("architecture")).toString()) +
                   line("quantization", o.value(QLatin1String("quantization")).toString()) +
                   line("parameters", count("parameters")) +
                   line("active per token", count("active_parameters")) + line("layers", count("layers")) +
                   line("experts", count("experts")) + line("experts used", count("experts_used")) +
                   line("context", count("context"));
    if (!tokenizer.isEmpty()) {
        text += line("tokenizer", QStringLiteral("%1 / %2, %3 tokens")
                                      .arg(tokenizer.value(QLatin1String("model")).toString(),
                                           tokenizer.value(QLatin1String("pre")).toString())
                                      .arg(tokenizer.value(QLatin1String("size")).toInteger()));
    }
    text += line(
        "chat template",
        o.value(QLatin1String("chat_template")).toString().isEmpty()
            ? QStringLiteral("none")
            : QStringLiteral("%1 characters").arg(o.value(QLatin1String("chat_template")).toString().size()));
    return text + line("cannot be run", o.value(QLatin1String("unsupported")).toString());
}

int inspect(const ModelArguments& arguments, bool json) {
    bridge::CommandEngine engine;
    const auto summary = engine.inspect(arguments.path());
    if (!summary) return fail(engine.lastError());
    if (json) {
        writeJson(*summary);
        return 0;
    }
    QString text = facts(*summary);
    for (const QJsonValue& value : summary->value(QLatin1String("tensors")).toArray()) {
        const QJsonObject tensor = value.toObject();
        text += QStringLiteral("%1 %2 %3\n")
                    .arg(tensor.value(QLatin1String("type")).toString(), -8)
                    .arg(shapeText(tensor.value(QLatin1String("shape")).toArray()), -24)
                    .arg(tensor.value(QLatin1String("name")).toString());
    }
    writeText(text);
    return 0;
}

} // namespace

void addInspect(CLI::App& app, int& exitCode) {
    CLI::App* command = app.add_subcommand("inspect", "Show what a model file holds");
    auto arguments = std::make_shared<ModelArguments>();
    auto json = std::make_shared<bool>(false);
    arguments->addModel(*command);
    command->add_flag("--json", *json, "Print one JSON object");
    command->callback([=, &exitCode] { exitCode = inspect(*arguments, *json); });
}

} // namespace app::cli
