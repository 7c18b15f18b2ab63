// For platforms whose settings are not read: the look stays as it is.
#include "ui/theme/system_look.h"

namespace ui::theme {

SystemLookSource* createSystemLookSource(QObject* parent) {
    return new SystemLookSource(parent);
}

} // namespace ui::theme
