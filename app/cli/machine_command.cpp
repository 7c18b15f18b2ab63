// machine: what this computer has, or what a machine file describes.
#include <QDir>
#include <memory>

#include "app/bridge/command_engine.h"
#include "app/cli/commands.h"
#include "app/cli/interrupt.h"
#include "app/cli/known_machine.h"
#include "app/cli/output.h"
#include "app/hardware/report.h"

namespace app::cli {

namespace {

struct MachineArguments {
    std::string file;
    std::vector<std::string> folders;
    bool calibrate = false, json = false;
};

int machine(const MachineArguments& arguments) {
    bridge::CommandMachine request;
    request.file = QString::fromLocal8Bit(arguments.file.c_str());
    for (const std::string& folder : arguments.folders)
        request.folders.append(QString::fromLocal8Bit(folder.c_str()));
    if (request.folders.isEmpty()) request.folders.append(QDir::homePath());
    request.calibrate = arguments.calibrate;
    if (arguments.calibrate && !arguments.file.empty())
        return badUsage(QStringLiteral("--calibrate measures this computer, not that of --machine"));
    bridge::CommandEngine engine;
    const StopOnInterrupt interrupt;
    ProgressLine line(QStringLiteral("Measuring"));
    const auto profile = engine.machine(request, [&](qint64 done, qint64 total) { line.show(done, total); });
    line.clear();
    if (!profile) return fail(engine.lastError());
    if (arguments.calibrate) {
        const QString problem = keepMeasurements(*profile);
        if (!problem.isEmpty())
            writeErr(QStringLiteral("tandem-cli: what was measured cannot be kept for plans: %1\n")
                         .arg(problem)
                         .toUtf8());
    }
    const bool here = arguments.file.empty() && !arguments.calibrate;
    const QByteArray shown = here ? withWhatWasMeasured(engine, *profile) : *profile;
    if (arguments.json)
        writeOut(shown);
    else
        writeText(hardware::report(hardware::readProfile(shown).value_or(hardware::Profile())));
    return 0;
}

} // namespace

void addMachine(CLI::App& app, int& exitCode) {
    CLI::App* command = app.add_subcommand("machine", "Show what this computer has and how fast it is");
    auto arguments = std::make_shared<MachineArguments>();
    command->add_option("--machine", arguments->file, "Show this machine file instead of this computer");
    command->add_option("--folder", arguments->folders,
                        "A folder with models, to describe its disk (default: your home folder)");
    command->add_flag("--calibrate", arguments->calibrate,
                      "Measure its speed, in at most five seconds, and keep it for plans");
    command->add_flag("--json", arguments->json, "Print the JSON that --machine reads");
    command->callback([arguments, &exitCode] { exitCode = machine(*arguments); });
}

} // namespace app::cli
