// Whether a model will run here, as a chip: colour, icon and word together.
#pragma once

#include "app/bridge/planner.h"
#include "ui/widgets/chip.h"

namespace ui::models {

struct FitChip {
    widgets::Tone tone = widgets::Tone::Neutral;
    theme::Icon icon = theme::Icon::None;
    QString text;
};
FitChip fitChip(app::bridge::ModelPlan::Verdict verdict, qint64 missingBytes);

} // namespace ui::models
