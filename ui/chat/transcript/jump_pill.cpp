// Painting of the pill.
#include "ui/chat/transcript/jump_pill.h"

#include <QPainter>

#include "ui/theme/fonts.h"
#include "ui/theme/icons.h"
#include "ui/theme/style.h"

namespace ui::chat::transcript {

JumpPill::JumpPill(QWidget* parent) : QAbstractButton(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setCursor(Qt::PointingHandCursor);
    setNewText(false);
    hide();
}

void JumpPill::setNewText(bool newText) {
    setText(newText ? tr("New text") : tr("To the end"));
    setAccessibleName(newText ? tr("New text: go to the end") : tr("Go to the end"));
    resize(sizeHint());
    update();
}

QSize JumpPill::sizeHint() const {
    const QFontMetrics metrics(theme::font(theme::TextRole::Small));
    return {14 + 4 + 28 + metrics.horizontalAdvance(text()), qMax(28, metrics.height() + 10)};
}

void JumpPill::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const theme::Palette palette = theme::Palette::of(this);
    theme::paintRounded(&painter, rect(), height() / 2.0,
                        palette[underMouse() ? theme::Token::Hover : theme::Token::Raised],
                        palette[theme::Token::Control]);
    const QRect glyph(12, (height() - 14) / 2, 14, 14);
    theme::paintIcon(&painter, theme::Icon::Down, QStyle::visualRect(layoutDirection(), rect(), glyph),
                     palette[theme::Token::Text]);
    painter.setFont(theme::font(theme::TextRole::Small));
    painter.setPen(palette[theme::Token::Text]);
    painter.drawText(QStyle::visualRect(layoutDirection(), rect(), rect().adjusted(30, 0, -14, 0)),
                     Qt::AlignVCenter | Qt::AlignLeft, text());
}

} // namespace ui::chat::transcript
