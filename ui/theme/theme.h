// Dresses the application: style, palette and font by choice or as the desktop asks, and re-dresses it on
// change.
#pragma once

#include <QObject>

#include "ui/theme/palette.h"

class QApplication;

namespace ui::theme {

class FocusRing;
class Style;
class SystemLookSource;

class Theme : public QObject {
    Q_OBJECT
 public:
    enum class Choice { System, Light, Dark, Contrast };
    enum class Motion { System, Reduced };

    // Sets style and palette of `application` at once. `source` is for tests; without it the platform's own
    // is used. Made after the QApplication and before the first window; lives in main.
    explicit Theme(QApplication* application, SystemLookSource* source = nullptr);
    ~Theme() override;

    Choice choice() const { return m_choice; }
    void setChoice(Choice choice);
    Motion motion() const { return m_motion; }
    void setMotion(Motion motion);

    Scheme scheme() const;
    Palette palette() const { return Palette(scheme()); }
    bool reducedMotion() const;

 Q_SIGNALS:
    // After the palette has been set; widgets learn it from their own PaletteChange.
    void schemeChanged(ui::theme::Scheme scheme);

 private:
    void apply();

    QApplication* m_application;
    SystemLookSource* m_source;
    Style* m_style;
    FocusRing* m_focusRing;
    Choice m_choice = Choice::System;
    Motion m_motion = Motion::System;
    Scheme m_applied = Scheme::Light;
};

// Whether `widget` should hold still: carets do not blink, spinners become a word, nothing fades.
bool prefersReducedMotion(const QWidget* widget);

} // namespace ui::theme
