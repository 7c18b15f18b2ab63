// Numbers of models as people say them: "30.5 B", "32 k", "18.6 GB", "Qwen3 MoE".
#pragma once

#include "app/bridge/model_info.h"

namespace ui::models {

QString bytesText(qint64 bytes);
QString countText(qint64 parameters);                       // "30.5 B"; empty for 0
QString parametersText(const app::bridge::ModelInfo& info); // "30.5 B, 3.3 B active"
QString contextText(qint64 tokens);                         // "32 k"; empty for 0
QString familyText(const QString& architecture);            // "qwen3moe" -> "Qwen3 MoE"
QString speedText(double tokensPerSecond);                  // "64", "8.5"; empty for 0
QString initials(const QString& name);                      // "Qwen3-30B" -> "Q3", "gpt-oss" -> "GO"

} // namespace ui::models
