// Fields: line edits, combo boxes, spin boxes, sliders, scroll bars.
#include <QPainter>
#include <QStyleOption>

#include "ui/theme/metrics.h"
#include "ui/theme/style.h"

namespace ui::theme {

void paintField(QPainter* painter, const QRectF& rect, Palette palette, QStyle::State state,
                const QColor& fill) {
    const bool enabled = state.testFlag(QStyle::State_Enabled);
    const bool focus = enabled && state.testFlag(QStyle::State_HasFocus);
    const QColor edge = palette[focus ? Token::Accent : enabled ? Token::Control : Token::Border];
    paintRounded(painter, rect, metrics::kRadiusControl, fill, edge, focus ? 2 : 1);
}

void Style::drawComboBox(const QStyleOptionComboBox* option, QPainter* painter, const QWidget* widget) const {
    const Palette palette = Palette::of(option->palette);
    const bool hover = option->state.testFlag(State_MouseOver) && option->state.testFlag(State_Enabled);
    paintField(painter, option->rect, palette, option->state, palette[hover ? Token::Hover : Token::Base]);
    const QRect arrow = subControlRect(CC_ComboBox, option, SC_ComboBoxArrow, widget);
    paintIcon(painter, Icon::Down, QRectF(arrow.center().x() - 7, arrow.center().y() - 6, 14, 14),
              palette[option->state.testFlag(State_Enabled) ? Token::Muted : Token::DisabledText]);
}

QRect Style::spinBoxPart(const QStyleOptionComplex* option, SubControl part, const QWidget* widget) const {
    const QRect rect = option->rect;
    const auto* spin = qstyleoption_cast<const QStyleOptionSpinBox*>(option);
    const bool bare = spin != nullptr && spin->buttonSymbols == QAbstractSpinBox::NoButtons;
    const int buttons = bare ? 0 : 20;
    const int half = rect.height() / 2;
    QRect result;
    switch (part) {
        case SC_SpinBoxUp:
            result = QRect(rect.right() - buttons + 1, rect.top(), buttons, half);
            break;
        case SC_SpinBoxDown:
            result = QRect(rect.right() - buttons + 1, rect.top() + half, buttons, rect.height() - half);
            break;
        case SC_SpinBoxEditField:
            result = rect.adjusted(8, 1, -buttons - 1, -1);
            break;
        case SC_SpinBoxFrame:
            result = rect;
            break;
        default:
            return QProxyStyle::subControlRect(CC_SpinBox, option, part, widget);
    }
    return visualRect(option->direction, rect, result);
}

void Style::drawSpinBox(const QStyleOptionSpinBox* option, QPainter* painter, const QWidget* widget) const {
    const Palette palette = Palette::of(option->palette);
    paintField(painter, option->rect, palette, option->state, palette[Token::Base]);
    if (option->buttonSymbols == QAbstractSpinBox::NoButtons) return;
    const auto arrow = [&](SubControl part, Icon icon, QAbstractSpinBox::StepEnabledFlag step) {
        const QRect box = subControlRect(CC_SpinBox, option, part, widget);
        const bool can = option->stepEnabled.testFlag(step) && option->state.testFlag(State_Enabled);
        const bool hot = can && option->activeSubControls.testFlag(part);
        const qreal y = part == SC_SpinBoxUp ? box.bottom() - 8.5 : box.top() - 1.5;
        paintIcon(painter, icon, QRectF(box.center().x() - 5, y, 11, 11),
                  palette[!can  ? Token::DisabledText
                          : hot ? Token::Text
                                : Token::Muted]);
    };
    arrow(SC_SpinBoxUp, Icon::Up, QAbstractSpinBox::StepUpEnabled);
    arrow(SC_SpinBoxDown, Icon::Down, QAbstractSpinBox::StepDownEnabled);
}

void Style::drawSlider(const QStyleOptionSlider* option, QPainter* painter, const QWidget* widget) const {
    const Palette palette = Palette::of(option->palette);
    const bool enabled = option->state.testFlag(State_Enabled);
    const bool horizontal = option->orientation == Qt::Horizontal;
    const QRectF groove = subControlRect(CC_Slider, option, SC_SliderGroove, widget);
    const QRectF handle = subControlRect(CC_Slider, option, SC_SliderHandle, widget);
    QColor track = palette[Token::Control];
    track.setAlphaF(0.45F);
    const QColor mark = palette[enabled ? Token::Accent : Token::DisabledText];
    const QPointF knob = handle.center();
    QRectF line = horizontal ? QRectF(groove.left(), knob.y() - 2, groove.width(), 4)
                             : QRectF(knob.x() - 2, groove.top(), 4, groove.height());
    paintRounded(painter, line, 2, track);
    const bool flipped = option->upsideDown;
    if (horizontal && !flipped) line.setRight(knob.x());
    if (horizontal && flipped) line.setLeft(knob.x());
    if (!horizontal && !flipped) line.setTop(knob.y());
    if (!horizontal && flipped) line.setBottom(knob.y());
    paintRounded(painter, line, 2, mark);
    const bool hot = enabled && option->state.testFlag(State_MouseOver);
    paintRounded(painter, QRectF(knob.x() - 7, knob.y() - 7, 14, 14), 7,
                 palette[hot ? Token::AccentTint : Token::Base], mark, 2);
}

QRect Style::scrollBarPart(const QStyleOptionSlider* option, SubControl part, const QWidget* widget) const {
    const QRect rect = option->rect;
    const bool horizontal = option->orientation == Qt::Horizontal;
    const int length = horizontal ? rect.width() : rect.height();
    const int64_t range = static_cast<int64_t>(option->maximum) - option->minimum;
    const int64_t share =
        range > 0 ? static_cast<int64_t>(length) * option->pageStep / (range + option->pageStep) : length;
    const int least = qMin(pixelMetric(PM_ScrollBarSliderMin, option, widget), length);
    const int handle = qBound(least, static_cast<int>(share), length);
    const int start = sliderPositionFromValue(option->minimum, option->maximum, option->sliderPosition,
                                              length - handle, option->upsideDown);
    const auto span = [&](int from, int size) {
        return horizontal ? QRect(rect.left() + from, rect.top(), size, rect.height())
                          : QRect(rect.left(), rect.top() + from, rect.width(), size);
    };
    switch (part) {
        case SC_ScrollBarGroove:
            return rect;
        case SC_ScrollBarSlider:
            return span(start, handle);
        case SC_ScrollBarSubPage:
            return span(0, start);
        case SC_ScrollBarAddPage:
            return span(start + handle, length - start - handle);
        default:
            return {};
    }
}

void Style::drawScrollBar(const QStyleOptionSlider* option, QPainter* painter, const QWidget* widget) const {
    // The bar wears the surface of the view it belongs to, so only the handle shows.
    if (option->minimum >= option->maximum) return;
    const Palette palette = Palette::of(option->palette);
    const bool hot = option->state.testFlag(State_MouseOver) || option->state.testFlag(State_Sunken);
    const QRectF slider = subControlRect(CC_ScrollBar, option, SC_ScrollBarSlider, widget);
    const bool horizontal = option->orientation == Qt::Horizontal;
    const qreal margin = hot ? 2 : 3;
    const QRectF handle =
        horizontal ? slider.adjusted(2, margin, -2, -margin) : slider.adjusted(margin, 2, -margin, -2);
    QColor color = palette[Token::Control];
    if (!hot && palette.scheme() != Scheme::Contrast) color.setAlphaF(0.7F);
    paintRounded(painter, handle, qMin(handle.width(), handle.height()) / 2, color);
}

} // namespace ui::theme
