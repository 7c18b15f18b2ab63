// machine: what this computer has, or what a machine file describes.
#include <QDir>
#include <QJsonDocument>
#include <memory>

#include "app/bridge/command_engine.h"
#include "app/cli/commands.h"
#include "app/cli/machine_table.h"
#include "app/cli/output.h"

namespace app::cli {

namespace {

struct MachineArguments {
    std::string file;
    std::vector<std::string> folders;
    bool json = false;
};

int machine(const MachineArguments& arguments) {
    bridge::CommandMachine request;
    request.file = QString::fromLocal8Bit(arguments.file.c_str());
    for (const std::string& folder : arguments.folders)
        request.folders.append(QString::fromLocal8Bit(folder.c_str()));
    if (request.folders.isEmpty()) request.folders.append(QDir::homePath());
    bridge::CommandEngine engine;
    const auto profile = engine.machine(request);
    if (!profile) return fail(engine.lastError());
    writeOut(arguments.json ? *profile : machineTable(QJsonDocument::fromJson(*profile).object()).toUtf8());
    return 0;
}

} // namespace

void addMachine(CLI::App& app, int& exitCode) {
    CLI::App* command = app.add_subcommand("machine", "Show what this computer has and how fast it is");
    auto arguments = std::make_shared<MachineArguments>();
    command->add_option("--machine", arguments->file, "Show this machine file instead of this computer");
    command->add_option("--folder", arguments->folders,
                        "A folder with models, to describe its disk (default: your home folder)");
    command->add_flag("--json", arguments->json, "Print the JSON that --machine reads");
    command->callback([arguments, &exitCode] { exitCode = machine(*arguments); });
}

} // namespace app::cli
