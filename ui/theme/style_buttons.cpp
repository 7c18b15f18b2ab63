// Push buttons, tool buttons, check boxes and radio buttons.
#include <QPainter>
#include <QPushButton>
#include <QStyleOption>

#include "ui/theme/metrics.h"
#include "ui/theme/style.h"

namespace ui::theme {
namespace {

Variant variantFor(const QStyleOption* option, const QWidget* widget) {
    const Variant chosen = variantOf(widget);
    if (chosen != Variant::Normal) return chosen;
    // The default button of a dialog is its one filled button.
    const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option);
    const bool isDefault = button != nullptr && button->features.testFlag(QStyleOptionButton::DefaultButton);
    return isDefault ? Variant::Primary : Variant::Normal;
}

} // namespace

ButtonLook buttonLook(Palette palette, Variant variant, QStyle::State state) {
    const bool enabled = state.testFlag(QStyle::State_Enabled);
    const bool hover = enabled && state.testFlag(QStyle::State_MouseOver);
    const bool pressed =
        enabled && (state.testFlag(QStyle::State_Sunken) || state.testFlag(QStyle::State_On));
    const QColor fill = hover || pressed ? palette[Token::Hover] : palette[Token::Raised];
    if (variant == Variant::Flat)
        return {hover || pressed ? palette[Token::Hover] : QColor(), QColor(),
                palette[!enabled           ? Token::DisabledText
                        : hover || pressed ? Token::Text
                                           : Token::Muted]};
    if (!enabled) return {palette[Token::Raised], palette[Token::Border], palette[Token::DisabledText]};
    if (variant == Variant::Primary) {
        // Hover and press stay on the accent, a little nearer to the text colour, so the label keeps its
        // contrast.
        const QColor accent = palette[Token::Accent];
        const bool dark = accent.lightness() > 128;
        const QColor moved = dark ? accent.lighter(pressed ? 112 : 106) : accent.darker(pressed ? 122 : 110);
        return {hover || pressed ? moved : accent, QColor(), palette[Token::AccentText]};
    }
    return {fill, palette[Token::Border], palette[variant == Variant::Danger ? Token::Bad : Token::Text]};
}

void Style::drawPushButtonPanel(const QStyleOption* option, QPainter* painter, const QWidget* widget) const {
    const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option);
    Variant variant = variantFor(option, widget);
    if (button != nullptr && button->features.testFlag(QStyleOptionButton::Flat)) variant = Variant::Flat;
    const ButtonLook look = buttonLook(Palette::of(option->palette), variant, option->state);
    paintRounded(painter, option->rect, metrics::kRadiusControl, look.fill, look.edge);
}

void Style::drawPushButtonLabel(const QStyleOptionButton* option, QPainter* painter,
                                const QWidget* widget) const {
    Variant variant = variantFor(option, widget);
    if (option->features.testFlag(QStyleOptionButton::Flat)) variant = Variant::Flat;
    const ButtonLook look = buttonLook(Palette::of(option->palette), variant, option->state);
    QStyleOptionButton copy = *option;
    copy.palette.setColor(QPalette::ButtonText, look.ink);
    // Fusion writes the label of a default button with the text role of its own choice unless told it is
    // plain.
    copy.features &= ~QStyleOptionButton::DefaultButton;
    painter->save();
    if (variant == Variant::Primary) {
        QFont font = painter->font();
        font.setWeight(QFont::DemiBold);
        painter->setFont(font);
    }
    QProxyStyle::drawControl(CE_PushButtonLabel, &copy, painter, widget);
    painter->restore();
}

void Style::drawToolButton(const QStyleOptionToolButton* option, QPainter* painter,
                           const QWidget* widget) const {
    const Palette palette = Palette::of(option->palette);
    const ButtonLook look = buttonLook(palette, Variant::Flat, option->state);
    if (look.fill.isValid()) paintRounded(painter, option->rect, metrics::kRadiusControl, look.fill);
    QStyleOptionToolButton copy = *option;
    copy.palette.setColor(QPalette::ButtonText, look.ink);
    copy.rect = option->rect.adjusted(2, 2, -2, -2);
    if (option->features.testFlag(QStyleOptionToolButton::HasMenu)) {
        const QRectF arrow(option->rect.right() - 15, option->rect.center().y() - 6, 12, 12);
        paintIcon(painter, Icon::Down, arrow, look.ink);
        copy.rect.setRight(option->rect.right() - 14);
    }
    drawControl(CE_ToolButtonLabel, &copy, painter, widget);
}

void paintCheckMark(QPainter* painter, const QRectF& rect, Palette palette, QStyle::State state) {
    const bool enabled = state.testFlag(QStyle::State_Enabled);
    const bool on = state.testFlag(QStyle::State_On);
    const bool partly = state.testFlag(QStyle::State_NoChange);
    const Token edge = !enabled                                  ? Token::Border
                       : on || partly                            ? Token::Accent
                       : state.testFlag(QStyle::State_MouseOver) ? Token::Text
                                                                 : Token::Control;
    const QColor fill =
        on || partly ? palette[enabled ? Token::Accent : Token::DisabledText] : palette[Token::Base];
    paintRounded(painter, rect, metrics::kRadiusBar, fill, palette[edge]);
    if (on) paintIcon(painter, Icon::Check, rect.adjusted(1, 1, -1, -1), palette[Token::AccentText]);
    if (partly)
        painter->fillRect(QRectF(rect.left() + 4, rect.center().y() - 1, rect.width() - 8, 2),
                          palette[Token::AccentText]);
}

void Style::drawRadio(const QStyleOption* option, QPainter* painter) const {
    const Palette palette = Palette::of(option->palette);
    const bool on = option->state.testFlag(State_On);
    const bool enabled = option->state.testFlag(State_Enabled);
    const QRectF rect = option->rect;
    const QColor ring = palette[!enabled ? Token::Border : on ? Token::Accent : Token::Control];
    paintRounded(painter, rect, rect.height() / 2, palette[Token::Base], ring, on ? 2 : 1);
    if (on) paintRounded(painter, rect.adjusted(4, 4, -4, -4), rect.height() / 2 - 4, ring);
}

} // namespace ui::theme
