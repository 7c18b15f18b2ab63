// askForFolder: which folder with models the library shall take in.
#pragma once

#include "app/library/library.h"

class QWidget;

namespace ui::models {

// Returns at once; what is chosen goes to the library.
void askForFolder(QWidget* parent, app::library::Library& library);

} // namespace ui::models
