// The part of the desktop watcher that is the same everywhere.
#include "ui/theme/system_look.h"

namespace ui::theme {

void SystemLookSource::setLook(const SystemLook& look) {
    if (m_look == look) return;
    m_look = look;
    Q_EMIT changed();
}

} // namespace ui::theme
