// A plan in words for the window.
#pragma once

#include <QString>

#include "app/bridge/planner.h"
#include "ui/theme/icons.h"
#include "ui/widgets/chip.h"

namespace ui::models {

QString verdictWords(const app::bridge::ModelPlan& plan);  // "Fits, partly in RAM"
QString verdictReason(const app::bridge::ModelPlan& plan); // "about 64 tokens per second; ..."
widgets::Tone verdictTone(app::bridge::ModelPlan::Verdict verdict);
theme::Icon verdictIcon(app::bridge::ModelPlan::Verdict verdict);

QString tokensPerSecond(double rate); // "64", "3.2"
QString contextWords(qint64 tokens);  // "32 k", "512"
QString sizeWords(qint64 bytes);      // "768 MB", "4.2 GB"

} // namespace ui::models
