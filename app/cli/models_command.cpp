// models: the library: every model in the folders of Tandem and of other programs.
#include <QEventLoop>
#include <QJsonArray>
#include <memory>

#include "app/bridge/local_engine.h"
#include "app/cli/commands.h"
#include "app/cli/output.h"
#include "app/library/library.h"

namespace app::cli {

namespace {

using library::Entry;
using library::EntryPointer;

QString stateText(Entry::State state) {
    switch (state) {
        case Entry::State::unread:
        case Entry::State::ready:
            return QStringLiteral("ready");
        case Entry::State::arriving:
            return QStringLiteral("arriving");
        case Entry::State::incomplete:
            return QStringLiteral("incomplete");
        case Entry::State::damaged:
            return QStringLiteral("damaged");
    }
    return {};
}

QString kindText(bridge::ModelInfo::Kind kind) {
    const QStringList words{QStringLiteral("model"), QStringLiteral("adapter"), QStringLiteral("projector"),
                            QStringLiteral("other")};
    return words.at(static_cast<int>(kind));
}

QString problemOf(const Entry& entry) {
    if (entry.state == Entry::State::incomplete)
        return QStringLiteral("missing: ") + entry.missingParts.join(QStringLiteral(", "));
    return entry.problem.isEmpty() ? entry.info.unsupported : entry.problem;
}

QJsonObject described(const Entry& entry) {
    QJsonObject json{{QStringLiteral("name"), entry.name},
                     {QStringLiteral("path"), entry.path},
                     {QStringLiteral("size"), entry.bytes()},
                     {QStringLiteral("quantization"), entry.info.quantization},
                     {QStringLiteral("kind"), kindText(entry.info.kind)},
                     {QStringLiteral("state"), stateText(entry.state)},
                     {QStringLiteral("architecture"), entry.info.architecture},
                     {QStringLiteral("parameters"), entry.info.parameters},
                     {QStringLiteral("active_parameters"), entry.info.activeParameters},
                     {QStringLiteral("context"), entry.info.trainedContext},
                     {QStringLiteral("read_only"), entry.isForeign()}};
    const auto add = [&](const char* key, const QString& value) {
        if (!value.isEmpty()) json.insert(QLatin1String(key), value);
    };
    add("source", entry.source);
    add("base_model", entry.info.baseModel);
    add("problem", problemOf(entry));
    return json;
}

QString toLine(const Entry& entry) {
    const QString size = bytesText(entry.bytes());
    QString line = QStringLiteral("%1 %2 %3 %4")
                       .arg(entry.name, -36)
                       .arg(entry.info.quantization, -8)
                       .arg(size, 10)
                       .arg(entry.path);
    if (entry.state != Entry::State::ready)
        line += QStringLiteral(" (%1: %2)").arg(stateText(entry.state), problemOf(entry));
    return line.replace(QLatin1Char('\n'), QLatin1Char(' ')) + QLatin1Char('\n');
}

QList<EntryPointer> everything() {
    const storage::Paths paths = storage::Paths::standard();
    settings::Settings settings(paths.settingsFile());
    storage::Database database(paths);
    library::Library library(database, settings, paths, bridge::localEngine(),
                             library::Places::ofThisComputer());
    QEventLoop untilRead;
    QObject::connect(&library, &library::Library::settled, &untilRead, &QEventLoop::quit);
    database.open();
    library.start();
    untilRead.exec();
    QList<EntryPointer> entries = library.entries().values();
    std::sort(entries.begin(), entries.end(), [](const EntryPointer& a, const EntryPointer& b) {
        const int names = a->name.compare(b->name, Qt::CaseInsensitive);
        return names != 0 ? names < 0 : a->path < b->path;
    });
    return entries;
}

int list(bool json) {
    QJsonArray models;
    QString text;
    for (const EntryPointer& entry : everything()) {
        if (json)
            models.append(described(*entry));
        else
            text += toLine(*entry);
    }
    if (json)
        writeJson({{QStringLiteral("models"), models}});
    else
        writeText(text);
    return 0;
}

} // namespace

void addModels(CLI::App& app, int& exitCode) {
    CLI::App* command = app.add_subcommand("models", "List the models on this computer");
    auto json = std::make_shared<bool>(false);
    command->add_flag("--json", *json, "Print one JSON object");
    command->callback([=, &exitCode] { exitCode = list(*json); });
}

} // namespace app::cli
