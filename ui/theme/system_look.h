// What the desktop asks of programs: light or dark, more contrast, less motion.
#pragma once

#include <QObject>

#include "ui/theme/palette.h"

namespace ui::theme {

struct SystemLook {
    bool dark = false;
    bool highContrast = false;
    bool reducedMotion = false;

    Scheme scheme() const { return highContrast ? Scheme::Contrast : dark ? Scheme::Dark : Scheme::Light; }
    friend bool operator==(const SystemLook&, const SystemLook&) = default;
};

// Watches the desktop. Where it cannot be asked, the look stays light with motion.
class SystemLookSource : public QObject {
    Q_OBJECT
 public:
    using QObject::QObject;
    SystemLook look() const { return m_look; }

 Q_SIGNALS:
    void changed();

 protected:
    void setLook(const SystemLook& look);

 private:
    SystemLook m_look;
};

// The source for this platform: the desktop portal on Linux.
SystemLookSource* createSystemLookSource(QObject* parent);

} // namespace ui::theme
