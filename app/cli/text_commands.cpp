// tokenize: text to ids. template: messages to a prompt.
#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <memory>

#include "app/cli/commands.h"
#include "app/cli/model_arguments.h"
#include "app/cli/output.h"

namespace app::cli {

namespace {

struct TokenizeArguments {
    ModelArguments model;
    std::string text, file;
    bool noSpecial = false, json = false;
    CLI::Option* fileOption = nullptr;
};

int tokenize(const TokenizeArguments& arguments) {
    QByteArray bytes = QByteArray::fromStdString(arguments.text);
    if (arguments.fileOption->count() > 0) {
        QString error;
        const auto read = readFile(QString::fromLocal8Bit(arguments.file.c_str()), &error);
        if (!read) return fail(error);
        bytes = *read;
    }
    bridge::CommandEngine engine;
    const auto ids = engine.tokenize(arguments.model.path(), bytes, !arguments.noSpecial);
    if (!ids) return fail(engine.lastError());
    QJsonArray list;
    for (const qint32 id : *ids)
        list.append(id);
    writeJson({{QStringLiteral("ids"), list}});
    return 0;
}

struct TemplateArguments {
    ModelArguments model;
    std::string messages, tools, now;
    std::vector<std::string> variables;
    bool json = false;
};

// "name=json" into `request`; false when it is not that.
bool setVariable(const std::string& assignment, bridge::CommandTemplate& request) {
    const QByteArray bytes = QByteArray::fromStdString(assignment);
    const qsizetype equals = bytes.indexOf('=');
    if (equals < 1) return false;
    const QByteArray value = bytes.mid(equals + 1);
    QJsonParseError error;
    QJsonDocument::fromJson("[" + value + "]", &error); // QJsonDocument wants an array or object outside
    if (error.error != QJsonParseError::NoError || value.trimmed().isEmpty()) return false;
    request.variables.insert(QString::fromUtf8(bytes.left(equals)), value);
    return true;
}

int renderTemplate(const TemplateArguments& arguments) {
    bridge::CommandTemplate request;
    QString error;
    for (const std::string& assignment : arguments.variables) {
        if (!setVariable(assignment, request))
            return badUsage(QStringLiteral("--set wants name=json, not \"%1\"")
                                .arg(QString::fromUtf8(assignment.c_str())));
    }
    QDateTime now = QDateTime::currentDateTime();
    if (!arguments.now.empty())
        now = QDateTime::fromString(QString::fromUtf8(arguments.now.c_str()), Qt::ISODate);
    if (!now.isValid())
        return badUsage(QStringLiteral("--now wants a time like 2026-01-31T12:00:00, not \"%1\"")
                            .arg(QString::fromUtf8(arguments.now.c_str())));
    request.nowSeconds = now.toSecsSinceEpoch();
    request.utcOffsetSeconds = now.offsetFromUtc();
    const auto messages = readFile(QString::fromLocal8Bit(arguments.messages.c_str()), &error);
    if (!messages) return fail(error);
    request.messagesJson = *messages;
    if (!arguments.tools.empty()) {
        const auto tools = readFile(QString::fromLocal8Bit(arguments.tools.c_str()), &error);
        if (!tools) return fail(error);
        request.toolsJson = *tools;
    }
    bridge::CommandEngine engine;
    const auto prompt = engine.renderTemplate(arguments.model.path(), request);
    if (!prompt) return fail(engine.lastError());
    if (arguments.json) {
        writeJson({{QStringLiteral("prompt"), QString::fromUtf8(*prompt)}});
    } else {
        writeOut(*prompt);
    }
    return 0;
}

} // namespace

void addTokenize(CLI::App& app, int& exitCode) {
    CLI::App* command = app.add_subcommand("tokenize", "Turn text into token ids");
    auto arguments = std::make_shared<TokenizeArguments>();
    arguments->model.addModel(*command);
    auto* source = command->add_option_group("source");
    source->add_option("--text", arguments->text, "The text");
    arguments->fileOption =
        source->add_option("--file", arguments->file, "A file, taken byte for byte; - is standard input");
    source->require_option(1);
    command->add_flag("--no-special", arguments->noSpecial,
                      "Add no BOS or EOS, and leave control tokens in the text as text");
    command->add_flag("--json", arguments->json, "As without: the output is JSON");
    command->callback([arguments, &exitCode] { exitCode = tokenize(*arguments); });
}

void addTemplate(CLI::App& app, int& exitCode) {
    CLI::App* command = app.add_subcommand("template", "Render a chat template");
    auto arguments = std::make_shared<TemplateArguments>();
    command->add_option("MODEL", arguments->model.model, "A model, or a template file (*.jinja)")->required();
    command->add_option("--messages", arguments->messages, "JSON file: a list of messages")->required();
    command->add_option("--tools", arguments->tools, "JSON file: a list of tools");
    command->add_option("--set", arguments->variables,
                        "name=json, a variable of the template (may be given several times)");
    command->add_option("--now", arguments->now, "The time that the template sees, ISO 8601 (default: now)");
    command->add_flag("--json", arguments->json, "Print one JSON object with the prompt");
    command->callback([arguments, &exitCode] { exitCode = renderTemplate(*arguments); });
}

} // namespace app::cli
