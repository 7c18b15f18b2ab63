// tandem-cli: Tandem in a terminal.
#include <QCoreApplication>

#include "app/cli/commands.h"
#include "app/cli/output.h"

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);

    CLI::App parser("Tandem in a terminal: run and examine language models on this computer.", "tandem-cli");
    parser.set_version_flag("--version", "tandem-cli " TANDEM_VERSION);
    parser.require_subcommand(1);
    int exitCode = 0;
    app::cli::addRun(parser, exitCode);
    app::cli::addChat(parser, exitCode);
    app::cli::addModels(parser, exitCode);
    app::cli::addInspect(parser, exitCode);
    app::cli::addTokenize(parser, exitCode);
    app::cli::addTemplate(parser, exitCode);
    app::cli::addLogits(parser, exitCode);
    app::cli::addPerplexity(parser, exitCode);
    app::cli::addQuantize(parser, exitCode);
    app::cli::addMachine(parser, exitCode);
    app::cli::addBench(parser, exitCode);
    app::cli::addPull(parser, exitCode);
    app::cli::addSynth(parser, exitCode);
    app::cli::addPlan(parser, exitCode);
    try {
        parser.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return parser.exit(error); // --help, --version
        return app::cli::badUsage(QString::fromUtf8(error.what()) +
                                  QStringLiteral(" (tandem-cli --help shows what there is)"));
    }
    return exitCode;
}
