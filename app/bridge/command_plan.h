// Planning for the command line: blocks, and answers with JSON.
#pragma once

#include <QJsonObject>
#include <QString>
#include <QStringList>
#include <optional>
#include <string>
#include <vector>

#include "app/bridge/planner.h"

namespace app::bridge {

struct CommandPlan {
    QString path;
    QString machineFile;                      // empty: this computer
    qint64 contextSize = 0;                   // tokens; 0: chosen
    std::string kvPrecision;                  // "f16", "q8_0", "q4_0"; empty: chosen
    std::string quantize;                     // "auto", "none" or a type; empty: "none"
    std::string guardrail;                    // one of CommandEngine::guardrails(); empty: balanced
    int threads = 0;                          // 0: chosen
    int gpuLayers = -1, cpuExpertLayers = -1; // -1: chosen
    QByteArray profile;                       // of this computer, as it is now; empty: looked at anew
    FileExperience experience;                // of this model on this computer
};

// {model, machine, fits, verdict, limiting, sentence, suggestion, missing_bytes, context, largest_context,
// kv, quantize, quantize_reason?, threads, nodes, layers, gpu_layers, expert_layers, cpu_expert_layers,
// devices: [{kind, name, total_bytes, limit_bytes, bytes: {weights, experts, kv, compute, adapter, other,
// free}}], predicted: {prompt_tokens_per_s, generate_tokens_per_s, band, measured, corrected_by?: {prompt,
// generate}}, measured_here?: {prompt_tokens_per_s?, generate_tokens_per_s?}, heat_known}. nullopt with
// `error` set when a file cannot be read.
std::optional<QJsonObject> planModel(const CommandPlan& request, QString* error);

// Of a model that is loaded as `request` says: the speeds of the usual work and of `work`, without what
// replies taught. nullopt: it cannot be planned.
struct PredictedSpeeds {
    Speeds usual, asDone;
};
std::optional<PredictedSpeeds> predictSpeeds(const CommandPlan& request, const PlanQuery::Work& work);

} // namespace app::bridge
