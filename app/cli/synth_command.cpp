// synth: a model of a published shape with random weights, to measure on.
#include <QFileInfo>
#include <memory>

#include "app/bridge/command_engine.h"
#include "app/cli/commands.h"
#include "app/cli/interrupt.h"
#include "app/cli/output.h"

namespace app::cli {

namespace {

struct SynthArguments {
    bridge::CommandSynthesis request;
    std::string out;
};

int synth(SynthArguments arguments) {
    arguments.request.path = QString::fromLocal8Bit(arguments.out.c_str());
    bridge::CommandEngine engine;
    const StopOnInterrupt interrupt;
    ProgressLine line(QStringLiteral("Writing"));
    const bool done =
        engine.synthesise(arguments.request, [&](qint64 now, qint64 total) { line.show(now, total); });
    line.clear();
    if (!done) return fail(engine.lastError());
    writeOut(QStringLiteral("%1 MB in %2\n")
                 .arg(QFileInfo(arguments.request.path).size() / 1'000'000)
                 .arg(arguments.request.path)
                 .toUtf8());
    return 0;
}

} // namespace

void addSynth(CLI::App& app, int& exitCode) {
    CLI::App* command = app.add_subcommand("synth", "Write a model of a known shape with random weights");
    auto arguments = std::make_shared<SynthArguments>();
    command->add_option("OUT", arguments->out, "The GGUF file to write")->required();
    command
        ->add_option("--shape", arguments->request.shape,
                     "qwen3-30b-a3b, qwen3-235b-a22b, qwen3-0.6b, qwen3-4b, mixtral-8x7b or olmoe")
        ->required();
    command->add_option("--layers", arguments->request.layers, "Layers (default: all)")
        ->check(CLI::Range(0, 4096));
    command->add_option("--type", arguments->request.type, "Number format: Q4_K_M, Q8_0, F16, ...")
        ->required();
    command->add_option("--seed", arguments->request.seed, "Other weights for other numbers (default: 1)");
    command->callback([arguments, &exitCode] { exitCode = synth(*arguments); });
}

} // namespace app::cli
