// The commands of tandem-cli: each function adds one to the parser and, when it is called, runs it.
#pragma once

#include <CLI/CLI.hpp>

namespace app::cli {

// Sets `exitCode` when the command ran.
void addRun(CLI::App& app, int& exitCode);
void addChat(CLI::App& app, int& exitCode);
void addModels(CLI::App& app, int& exitCode);
void addInspect(CLI::App& app, int& exitCode);
void addTokenize(CLI::App& app, int& exitCode);
void addTemplate(CLI::App& app, int& exitCode);
void addLogits(CLI::App& app, int& exitCode);
void addPerplexity(CLI::App& app, int& exitCode);
void addQuantize(CLI::App& app, int& exitCode);
void addMachine(CLI::App& app, int& exitCode);
void addBench(CLI::App& app, int& exitCode);
void addPull(CLI::App& app, int& exitCode);
void addSynth(CLI::App& app, int& exitCode);
void addPlan(CLI::App& app, int& exitCode);

} // namespace app::cli
