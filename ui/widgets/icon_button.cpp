// Painting and naming of the icon button.
#include "ui/widgets/icon_button.h"

#include <QKeyEvent>
#include <QMenu>
#include <QPainter>

#include "ui/theme/metrics.h"
#include "ui/theme/style.h"

namespace ui::widgets {

IconButton::IconButton(theme::Icon icon, const QString& name, QWidget* parent, Size size)
    : QAbstractButton(parent), m_glyph(icon), m_size(size) {
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setName(name);
}

void IconButton::setGlyph(theme::Icon icon) {
    m_glyph = icon;
    update();
}

void IconButton::setName(const QString& name, const QString& shortcut) {
    setAccessibleName(name);
    setToolTip(shortcut.isEmpty() ? name : QStringLiteral("%1 (%2)").arg(name, shortcut));
}

void IconButton::setMenu(QMenu* menu) {
    m_menu = menu;
    disconnect(this, &QAbstractButton::clicked, this, &IconButton::openMenu);
    if (menu != nullptr) connect(this, &QAbstractButton::clicked, this, &IconButton::openMenu);
}

void IconButton::openMenu() {
    QPoint at = mapToGlobal(QPoint(0, height() + 2));
    if (isRightToLeft()) at.rx() += width() - m_menu->sizeHint().width();
    m_menu->popup(at);
}

void IconButton::keyPressEvent(QKeyEvent* event) {
    if (m_menu != nullptr && event->key() == Qt::Key_Down)
        openMenu();
    else if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        click();
    else
        QAbstractButton::keyPressEvent(event);
}

QSize IconButton::sizeHint() const {
    const int side = m_size == Size::Small ? theme::metrics::kSmallHeight : theme::metrics::kControlHeight;
    return {side, side};
}

void IconButton::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    QStyle::State state = isEnabled() ? QStyle::State_Enabled : QStyle::State_None;
    if (underMouse()) state |= QStyle::State_MouseOver;
    if (isDown() || isChecked()) state |= QStyle::State_Sunken;
    const theme::Palette palette = theme::Palette::of(this);
    const theme::ButtonLook look = theme::buttonLook(palette, theme::Variant::Flat, state);
    const bool edge = palette.tintsNeedEdge() && isChecked();
    if (look.fill.isValid())
        theme::paintRounded(&painter, rect(), theme::metrics::kRadiusControl, look.fill,
                            edge ? palette[theme::Token::Control] : QColor());
    const int side = m_size == Size::Small ? theme::metrics::kIconMedium : theme::metrics::kIconLarge;
    const QRectF box((width() - side) / 2.0, (height() - side) / 2.0, side, side);
    theme::paintIcon(&painter, m_glyph, box, look.ink);
}

} // namespace ui::widgets
