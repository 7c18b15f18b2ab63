// Applying the chosen or followed look to the application.
#include "ui/theme/theme.h"

#include <QApplication>
#include <QEvent>
#include <QStyle>
#include <QWidget>

#include "ui/theme/focus_ring.h"
#include "ui/theme/fonts.h"
#include "ui/theme/style.h"
#include "ui/theme/system_look.h"

namespace ui::theme {

Theme::Theme(QApplication* application, SystemLookSource* source)
    : m_application(application),
      m_source(source != nullptr ? source : createSystemLookSource(this)),
      m_style(new Style),
      m_focusRing(new FocusRing(this)) {
    m_application->setFont(font(TextRole::Body));
    m_application->setStyle(m_style); // takes ownership
    connect(m_source, &SystemLookSource::changed, this, &Theme::apply);
    m_application->installEventFilter(m_focusRing);
    m_style->setReducedMotion(reducedMotion());
    m_applied = scheme();
    m_application->setPalette(palette().toQPalette());
}

Theme::~Theme() = default;

void Theme::setChoice(Choice choice) {
    m_choice = choice;
    apply();
}

void Theme::setMotion(Motion motion) {
    m_motion = motion;
    apply();
}

Scheme Theme::scheme() const {
    switch (m_choice) {
        case Choice::Light:
            return Scheme::Light;
        case Choice::Dark:
            return Scheme::Dark;
        case Choice::Contrast:
            return Scheme::Contrast;
        case Choice::System:
            break;
    }
    return m_source->look().scheme();
}

bool Theme::reducedMotion() const {
    return m_motion == Motion::Reduced || m_source->look().reducedMotion;
}

void Theme::apply() {
    m_style->setReducedMotion(reducedMotion());
    if (m_applied == scheme()) return;
    m_applied = scheme();
    m_application->setPalette(palette().toQPalette());
    // Before exec() Qt keeps a new palette from widgets that exist already.
    const auto windows = QApplication::topLevelWidgets();
    for (QWidget* window : windows) {
        if (Palette::of(window) == palette()) continue;
        QEvent event(QEvent::ApplicationPaletteChange);
        QCoreApplication::sendEvent(window, &event);
    }
    Q_EMIT schemeChanged(m_applied);
}

bool prefersReducedMotion(const QWidget* widget) {
    return widget->style()->styleHint(QStyle::SH_Widget_Animation_Duration, nullptr, widget) == 0;
}

} // namespace ui::theme
