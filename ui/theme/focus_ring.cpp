// Moving one QFocusFrame to the control that has the focus.
#include "ui/theme/focus_ring.h"

#include <QAbstractButton>
#include <QEvent>
#include <QFocusEvent>
#include <QFocusFrame>
#include <QSlider>

namespace ui::theme {
namespace {

bool wearsRing(const QWidget* widget) {
    return qobject_cast<const QAbstractButton*>(widget) != nullptr ||
           qobject_cast<const QSlider*>(widget) != nullptr || widget->property(kWearsRing).toBool();
}

} // namespace

FocusRing::FocusRing(QObject* parent) : QObject(parent) {}

FocusRing::~FocusRing() {
    delete m_frame;
}

bool FocusRing::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::FocusIn && event->type() != QEvent::FocusOut) return false;
    if (!watched->isWidgetType()) return false;
    auto* widget = static_cast<QWidget*>(watched);
    if (event->type() == QEvent::FocusOut) {
        if (m_frame != nullptr && m_frame->widget() == widget) m_frame->setWidget(nullptr);
        return false;
    }
    const auto reason = static_cast<QFocusEvent*>(event)->reason();
    if (reason == Qt::MouseFocusReason || !wearsRing(widget)) return false;
    if (m_frame == nullptr) m_frame = new QFocusFrame;
    m_frame->setWidget(widget);
    return false;
}

} // namespace ui::theme
