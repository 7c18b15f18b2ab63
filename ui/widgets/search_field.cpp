// The search field's icon, clear button and keys.
#include "ui/widgets/search_field.h"

#include <QKeyEvent>
#include <QPainter>
#include <QStyle>

#include "ui/theme/metrics.h"
#include "ui/widgets/icon_button.h"

namespace ui::widgets {

SearchField::SearchField(const QString& placeholder, QWidget* parent)
    : QLineEdit(parent),
      m_clear(new IconButton(theme::Icon::Close, tr("Clear search"), this, IconButton::Size::Small)) {
    setPlaceholderText(placeholder);
    setAccessibleName(placeholder);
    setTextMargins(24, 0, 24, 0);
    m_clear->setCursor(Qt::ArrowCursor);
    m_clear->setFocusPolicy(Qt::NoFocus); // Esc does the same from the keyboard
    m_clear->hide();
    connect(m_clear, &QAbstractButton::clicked, this, &QLineEdit::clear);
    connect(this, &QLineEdit::textChanged, m_clear,
            [this](const QString& text) { m_clear->setVisible(!text.isEmpty()); });
}

void SearchField::resizeEvent(QResizeEvent* event) {
    QLineEdit::resizeEvent(event);
    const int side = qMin(24, height() - 4);
    const QRect box(width() - side - 4, (height() - side) / 2, side, side);
    m_clear->setGeometry(QStyle::visualRect(layoutDirection(), rect(), box));
}

void SearchField::paintEvent(QPaintEvent* event) {
    QLineEdit::paintEvent(event);
    QPainter painter(this);
    const int side = theme::metrics::kIconMedium;
    const QRect glyph(10, (height() - side) / 2, side, side);
    theme::paintIcon(&painter, theme::Icon::Search, QStyle::visualRect(layoutDirection(), rect(), glyph),
                     theme::Palette::of(this)[theme::Token::Muted]);
}

void SearchField::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape && !text().isEmpty()) {
        clear();
        return;
    }
    if (event->key() == Qt::Key_Down) {
        Q_EMIT leaveRequested();
        return;
    }
    QLineEdit::keyPressEvent(event);
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) Q_EMIT leaveRequested();
}

} // namespace ui::widgets
