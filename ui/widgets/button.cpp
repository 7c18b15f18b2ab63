// Painting of the push button: panel, icon, label, key cap, centred as one line.
#include "ui/widgets/button.h"

#include <QPainter>
#include <QStyleOptionButton>

#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"

namespace ui::widgets {
namespace {

constexpr int kGap = 8;

QFont keyFont() {
    QFont font = theme::font(theme::TextRole::Code);
    font.setPointSizeF(theme::font(theme::TextRole::Caption).pointSizeF());
    return font;
}

} // namespace

int keyCapWidth(const QString& keys) {
    return QFontMetrics(keyFont()).horizontalAdvance(keys) + 10;
}

void paintKeyCap(QPainter* painter, const QRect& rect, const QString& keys, theme::Palette palette) {
    const QRect cap(rect.left(), rect.center().y() - 8, rect.width(), 18);
    theme::paintRounded(painter, cap, theme::metrics::kRadiusBar, QColor(), palette[theme::Token::Border]);
    painter->setFont(keyFont());
    painter->setPen(palette[theme::Token::Muted]);
    painter->drawText(cap, Qt::AlignCenter, keys);
}

Button::Button(const QString& text, QWidget* parent, theme::Variant variant, theme::Icon icon)
    : QPushButton(text, parent), m_glyph(icon) {
    theme::setVariant(this, variant);
    setAttribute(Qt::WA_Hover);
}

void Button::setGlyph(theme::Icon icon) {
    m_glyph = icon;
    updateGeometry();
    update();
}

void Button::setKeyHint(const QString& keys) {
    m_keyHint = keys;
    updateGeometry();
    update();
}

int Button::glyphSize() const {
    return theme::isSmall(this) ? theme::metrics::kIconSmall : theme::metrics::kIconMedium;
}

QFont Button::labelFont() const {
    QFont font = theme::isSmall(this) ? theme::font(theme::TextRole::Small) : this->font();
    if (theme::variantOf(this) == theme::Variant::Primary) font.setWeight(QFont::DemiBold);
    return font;
}

int Button::contentWidth() const {
    int width = text().isEmpty() ? 0 : QFontMetrics(labelFont()).size(Qt::TextShowMnemonic, text()).width();
    if (m_glyph != theme::Icon::None) width += glyphSize() + (text().isEmpty() ? 0 : kGap);
    if (!m_keyHint.isEmpty()) width += kGap + 4 + keyCapWidth(m_keyHint);
    return width;
}

QSize Button::sizeHint() const {
    const bool small = theme::isSmall(this);
    const int height = small ? theme::metrics::kSmallHeight : theme::metrics::kControlHeight;
    return {contentWidth() + (small ? 20 : 24), qMax(height, QFontMetrics(labelFont()).height() + 8)};
}

QSize Button::minimumSizeHint() const {
    return sizeHint();
}

void Button::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    QStyleOptionButton option;
    initStyleOption(&option);
    const theme::Palette palette = theme::Palette::of(this);
    theme::Variant variant = theme::variantOf(this);
    if (variant == theme::Variant::Normal && isDefault()) variant = theme::Variant::Primary;
    theme::ButtonLook look = theme::buttonLook(palette, variant, option.state);
    if (isCheckable() && isChecked() && isEnabled()) {
        look.fill = palette[theme::Token::AccentTint];
        look.ink = palette[theme::Token::Accent];
        if (palette.tintsNeedEdge()) look.edge = look.ink;
    }
    theme::paintRounded(&painter, rect(), theme::metrics::kRadiusControl, look.fill, look.edge);

    int x = qMax(4, (width() - contentWidth()) / 2);
    const auto place = [&](int w) {
        const QRect box = QStyle::visualRect(layoutDirection(), rect(), QRect(x, 0, w, height()));
        x += w + kGap;
        return box;
    };
    if (m_glyph != theme::Icon::None) theme::paintIcon(&painter, m_glyph, place(glyphSize()), look.ink);
    if (!text().isEmpty()) {
        painter.setFont(labelFont());
        painter.setPen(look.ink);
        const int space = width() - x - 4 - (m_keyHint.isEmpty() ? 0 : kGap + keyCapWidth(m_keyHint));
        const QFontMetrics metrics(labelFont());
        const QString label =
            metrics.elidedText(text(), Qt::ElideRight, qMax(space, 0), Qt::TextShowMnemonic);
        const int w = metrics.size(Qt::TextShowMnemonic, label).width();
        painter.drawText(place(w), Qt::AlignCenter | Qt::TextShowMnemonic, label);
    }
    if (m_keyHint.isEmpty()) return;
    x += 4;
    paintKeyCap(&painter, place(keyCapWidth(m_keyHint)), m_keyHint, palette);
}

} // namespace ui::widgets
