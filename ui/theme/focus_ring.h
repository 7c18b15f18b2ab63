// The ring around the control that has the keyboard focus.
#pragma once

#include <QObject>
#include <QPointer>

class QFocusFrame;
class QWidget;

namespace ui::theme {

// Follows the focus as an event filter of the application. The ring stands outside the control, so it is an
// overlay of its own; it appears when the focus came by keyboard and not by mouse. Fields, lists and text
// views mark the focus on their own edge instead. Buttons and sliders wear it, and widgets with this
// property.
inline constexpr char kWearsRing[] = "wearsRing";

class FocusRing : public QObject {
    Q_OBJECT
 public:
    explicit FocusRing(QObject* parent);
    ~FocusRing() override;

    bool eventFilter(QObject* watched, QEvent* event) override;

 private:
    QPointer<QFocusFrame> m_frame;
};

} // namespace ui::theme
