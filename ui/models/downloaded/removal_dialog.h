// Asks before a model is deleted: once, and a second time when it lies in another program's cache.
#pragma once

#include <QWidget>
#include <functional>

#include "app/library/removal.h"

namespace ui::models {

// `agreed` runs at most once, after the last question.
void askForRemoval(QWidget* parent, const app::library::Entry& entry, const app::library::RemovalPlan& plan,
                   const std::function<void()>& agreed);

} // namespace ui::models
