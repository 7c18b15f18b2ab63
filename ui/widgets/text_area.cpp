// The text area's frame and keys.
#include "ui/widgets/text_area.h"

#include <QEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QStyle>

#include "ui/theme/style.h"

namespace ui::widgets {

TextArea::TextArea(const QString& name, QWidget* parent) : QPlainTextEdit(parent) {
    setAccessibleName(name);
    setTabChangesFocus(true);
    setFrameShape(QFrame::NoFrame);
    // The viewport stands inside the rounded frame, which event() paints around it.
    setViewportMargins(6, 4, 4, 4);
    viewport()->setAutoFillBackground(false);
    setAttribute(Qt::WA_Hover);
}

bool TextArea::event(QEvent* event) {
    if (event->type() == QEvent::Paint) {
        QPainter painter(this);
        QStyle::State state = isEnabled() ? QStyle::State_Enabled : QStyle::State_None;
        if (hasFocus()) state |= QStyle::State_HasFocus;
        const theme::Palette palette = theme::Palette::of(this);
        theme::paintField(&painter, rect(), palette, state, palette[theme::Token::Base]);
        return true;
    }
    return QPlainTextEdit::event(event);
}

void TextArea::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Tab && event->modifiers() == Qt::ControlModifier) {
        insertPlainText(QStringLiteral("\t"));
        return;
    }
    QPlainTextEdit::keyPressEvent(event);
}

void TextArea::focusInEvent(QFocusEvent* event) {
    QPlainTextEdit::focusInEvent(event);
    update();
}

void TextArea::focusOutEvent(QFocusEvent* event) {
    QPlainTextEdit::focusOutEvent(event);
    update();
}

} // namespace ui::widgets
