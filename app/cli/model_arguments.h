// Arguments that commands share: the model, the machine, and how to sample.
#pragma once

#include <CLI/CLI.hpp>
#include <QString>
#include <string>
#include <vector>

#include "app/bridge/command_engine.h"

namespace app::cli {

struct ModelArguments {
    std::string model;
    int threads = 0;
    qint64 context = 0;
    bool anyway = false;
    std::string kvPrecision, quantize, guardrail;

    void addModel(CLI::App& command);
    void addMachine(CLI::App& command); // --threads, --context and those of addFormats()
    void addFormats(CLI::App& command); // --kv, --quantize
    static void addGuardrail(CLI::App& command, std::string& guardrail);
    QString path() const; // with the word "guide" resolved
    bridge::CommandLoad load() const;
};

struct SamplingArguments {
    bool greedy = false;
    qint64 seed = 0;
    qint64 maxTokens = -1;
    std::string system;
    std::vector<std::string> stop, logitBias;
    bool noThinking = false, plainTemplate = false;
    settings::Sampling sampling;

    void add(CLI::App& command);
    // False with `error` set for values that cannot be read.
    bool apply(bridge::CommandTurn& turn, QString* error) const;

 private:
    const CLI::Option* m_seed = nullptr;
};

} // namespace app::cli
