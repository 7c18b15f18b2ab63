// Which control is drawn by whom, and the style's sizes and hints.
#include "ui/theme/style.h"

#include <QFrame>
#include <QPainter>
#include <QStyleOption>
#include <QWidget>

#include "ui/theme/metrics.h"

namespace ui::theme {
namespace {

constexpr char kVariantProperty[] = "tandemVariant";
constexpr char kSmallProperty[] = "tandemSmall";

template <typename Option>
const Option* as(const QStyleOption* option) {
    return qstyleoption_cast<const Option*>(option);
}

} // namespace

void setVariant(QWidget* button, Variant variant) {
    button->setProperty(kVariantProperty, static_cast<int>(variant));
    button->update();
}

Variant variantOf(const QWidget* button) {
    return button == nullptr ? Variant::Normal
                             : static_cast<Variant>(button->property(kVariantProperty).toInt());
}

void setSmall(QWidget* control, bool small) {
    control->setProperty(kSmallProperty, small);
    control->updateGeometry();
}

bool isSmall(const QWidget* control) {
    return control != nullptr && control->property(kSmallProperty).toBool();
}

void paintRounded(QPainter* painter, const QRectF& rect, qreal radius, const QColor& fill, const QColor& edge,
                  qreal edgeWidth) {
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const bool edged = edge.isValid() && edge.alpha() > 0;
    const qreal inset = edged ? edgeWidth / 2 : 0;
    painter->setPen(edged ? QPen(edge, edgeWidth) : QPen(Qt::NoPen));
    painter->setBrush(fill.isValid() ? QBrush(fill) : QBrush(Qt::NoBrush));
    painter->drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius - inset, radius - inset);
    painter->restore();
}

Style::Style() : QProxyStyle(QStringLiteral("Fusion")) {}

QPalette Style::standardPalette() const {
    return Palette(Scheme::Light).toQPalette();
}

int Style::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const {
    switch (metric) {
        case PM_IndicatorWidth:
        case PM_IndicatorHeight:
        case PM_ExclusiveIndicatorWidth:
        case PM_ExclusiveIndicatorHeight:
        case PM_SmallIconSize:
        case PM_ButtonIconSize:
            return metrics::kIconMedium;
        case PM_CheckBoxLabelSpacing:
        case PM_RadioButtonLabelSpacing:
            return 10;
        case PM_SliderThickness:
        case PM_SliderControlThickness:
            return 20;
        case PM_SliderLength:
            return 14;
        case PM_ScrollBarExtent:
            return 12;
        case PM_ScrollBarSliderMin:
            return 32;
        case PM_SplitterWidth:
            return 1;
        case PM_FocusFrameHMargin:
        case PM_FocusFrameVMargin:
            return 2 * metrics::kFocusWidth;
        case PM_ButtonShiftHorizontal:
        case PM_ButtonShiftVertical:
            return 0;
        case PM_MenuPanelWidth:
            return 1;
        case PM_MenuHMargin:
        case PM_MenuVMargin:
            return metrics::kSpace1;
        case PM_ToolTipLabelFrameWidth:
            return metrics::kSpace2;
        case PM_TabBarTabHSpace:
            return 20;
        case PM_TabBarTabVSpace:
            return 16;
        case PM_TabBarBaseOverlap:
        case PM_TabBarTabOverlap:
        case PM_TabBarTabShiftHorizontal:
        case PM_TabBarTabShiftVertical:
            return 0;
        case PM_LayoutHorizontalSpacing:
        case PM_LayoutVerticalSpacing:
            return metrics::kSpace2;
        default:
            return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int Style::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                     QStyleHintReturn* data) const {
    switch (hint) {
        case SH_Widget_Animation_Duration:
            return m_reducedMotion ? 0 : 120;
        case SH_FocusFrame_AboveWidget:
            return 1;
        case SH_FocusFrame_Mask:
            return 0;
        case SH_EtchDisabledText:
            return 0;
        case SH_DialogButtonBox_ButtonsHaveIcons:
            return 0;
        case SH_ComboBox_Popup:
            return 0;
        case SH_Slider_AbsoluteSetButtons:
            return Qt::LeftButton;
        case SH_ScrollView_FrameOnlyAroundContents:
            return 0;
        case SH_ItemView_ShowDecorationSelected:
            return 1;
        case SH_ScrollBar_ContextMenu:
            return 0;
        case SH_MenuBar_AltKeyNavigation:
            return 1;
        default:
            return QProxyStyle::styleHint(hint, option, widget, data);
    }
}

QSize Style::sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size,
                              const QWidget* widget) const {
    QSize result = QProxyStyle::sizeFromContents(type, option, size, widget);
    // Taller than the design's height only when the person's font needs it.
    const int height = isSmall(widget) ? metrics::kSmallHeight : metrics::kControlHeight;
    switch (type) {
        case CT_PushButton:
            return QSize(size.width() + 24, qMax(height, size.height() + 8));
        case CT_ComboBox:
            return QSize(result.width() + 8, qMax(height, size.height() + 8));
        case CT_SpinBox:
            // `size` counts in the embedded line edit, which has a field's height already.
            return QSize(qMax(result.width() + 12, 64),
                         qMax(height, (option != nullptr ? option->fontMetrics.height() : 0) + 8));
        case CT_LineEdit:
            return QSize(result.width(), qMax(height, size.height() + 8));
        case CT_ToolButton:
            return result.expandedTo(QSize(metrics::kSmallHeight, metrics::kSmallHeight));
        case CT_TabBarTab:
            return QSize(result.width(), qMax(result.height(), 40));
        case CT_ProgressBar:
            return QSize(result.width(), qMax(result.height(), 6));
        case CT_MenuItem:
            if (const auto* item = as<QStyleOptionMenuItem>(option)) {
                if (item->menuItemType == QStyleOptionMenuItem::Separator) return QSize(result.width(), 9);
                return QSize(result.width() + 24, qMax(28, result.height()));
            }
            return result;
        default:
            return result;
    }
}

QRect Style::subControlRect(ComplexControl control, const QStyleOptionComplex* option, SubControl part,
                            const QWidget* widget) const {
    if (control == CC_SpinBox) return spinBoxPart(option, part, widget);
    if (control == CC_ScrollBar)
        if (const auto* bar = as<QStyleOptionSlider>(option)) return scrollBarPart(bar, part, widget);
    if (control == CC_ComboBox && part == SC_ComboBoxEditField)
        return visualRect(option->direction, option->rect, option->rect.adjusted(8, 1, -26, -1));
    if (control == CC_ComboBox && part == SC_ComboBoxArrow)
        return visualRect(option->direction, option->rect,
                          QRect(option->rect.right() - 25, option->rect.top(), 26, option->rect.height()));
    return QProxyStyle::subControlRect(control, option, part, widget);
}

QRect Style::subElementRect(SubElement element, const QStyleOption* option, const QWidget* widget) const {
    if (element == SE_LineEditContents && as<QStyleOptionFrame>(option) != nullptr &&
        as<QStyleOptionFrame>(option)->lineWidth > 0)
        return option->rect.adjusted(8, 1, -8, -1);
    return QProxyStyle::subElementRect(element, option, widget);
}

void Style::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                          const QWidget* widget) const {
    const Palette palette = Palette::of(option->palette);
    const QRectF rect = option->rect;
    switch (element) {
        case PE_PanelButtonCommand:
            drawPushButtonPanel(option, painter, widget);
            return;
        case PE_FrameFocusRect:
            return; // the ring, the field's edge or the row marks the focus
        case PE_FrameDefaultButton:
            return;
        case PE_PanelLineEdit:
            if (const auto* frame = as<QStyleOptionFrame>(option); frame != nullptr && frame->lineWidth > 0)
                paintField(painter, rect, palette, option->state, palette[Token::Base]);
            return;
        case PE_FrameLineEdit:
            return;
        case PE_Frame:
            if (widget != nullptr && widget->inherits("QAbstractScrollArea"))
                paintField(painter, rect, palette, option->state, QColor());
            else
                paintRounded(painter, rect, metrics::kRadiusControl, QColor(), palette[Token::Border]);
            return;
        case PE_IndicatorCheckBox:
        case PE_IndicatorItemViewItemCheck:
            paintCheckMark(painter, rect, palette, option->state);
            return;
        case PE_IndicatorRadioButton:
            drawRadio(option, painter);
            return;
        case PE_IndicatorArrowDown:
            paintIcon(painter, Icon::Down, rect, palette[Token::Muted]);
            return;
        case PE_IndicatorArrowUp:
            paintIcon(painter, Icon::Up, rect, palette[Token::Muted]);
            return;
        case PE_IndicatorArrowLeft:
            paintIcon(painter, Icon::Left, rect, palette[Token::Muted]);
            return;
        case PE_IndicatorArrowRight:
            paintIcon(painter, Icon::Right, rect, palette[Token::Muted]);
            return;
        case PE_PanelTipLabel:
            painter->fillRect(rect, palette[Token::Raised]);
            painter->setPen(palette[Token::Control]);
            painter->drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5));
            return;
        case PE_PanelMenu:
            painter->fillRect(rect, palette[Token::Base]);
            return;
        case PE_FrameMenu:
            painter->setPen(palette[Token::Control]);
            painter->drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5));
            return;
        case PE_FrameTabBarBase:
            painter->fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1),
                              palette[Token::Border]);
            return;
        case PE_PanelItemViewItem:
            paintRow(painter, rect, palette, option->state);
            return;
        default:
            QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void Style::drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                        const QWidget* widget) const {
    const Palette palette = Palette::of(option->palette);
    switch (element) {
        case CE_PushButtonBevel:
            drawPushButtonPanel(option, painter, widget);
            return;
        case CE_PushButtonLabel:
            if (const auto* button = as<QStyleOptionButton>(option))
                drawPushButtonLabel(button, painter, widget);
            return;
        case CE_TabBarTabShape:
            if (const auto* tab = as<QStyleOptionTab>(option)) drawTab(tab, painter);
            return;
        case CE_TabBarTabLabel:
            if (const auto* tab = as<QStyleOptionTab>(option)) drawTabLabel(tab, painter, widget);
            return;
        case CE_MenuItem:
            if (const auto* item = as<QStyleOptionMenuItem>(option)) drawMenuItem(item, painter, widget);
            return;
        case CE_ProgressBar:
            if (const auto* bar = as<QStyleOptionProgressBar>(option)) drawProgress(bar, painter);
            return;
        case CE_Splitter:
            painter->fillRect(option->rect, palette[Token::Border]);
            return;
        case CE_FocusFrame:
            paintRounded(painter, option->rect, metrics::kRadiusControl + metrics::kFocusWidth, QColor(),
                         palette[Token::Accent], metrics::kFocusWidth);
            return;
        default:
            QProxyStyle::drawControl(element, option, painter, widget);
    }
}

void Style::drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                               const QWidget* widget) const {
    if (control == CC_ComboBox)
        if (const auto* box = as<QStyleOptionComboBox>(option)) return drawComboBox(box, painter, widget);
    if (control == CC_SpinBox)
        if (const auto* box = as<QStyleOptionSpinBox>(option)) return drawSpinBox(box, painter, widget);
    if (control == CC_Slider)
        if (const auto* slider = as<QStyleOptionSlider>(option)) return drawSlider(slider, painter, widget);
    if (control == CC_ScrollBar)
        if (const auto* bar = as<QStyleOptionSlider>(option)) return drawScrollBar(bar, painter, widget);
    if (control == CC_ToolButton)
        if (const auto* button = as<QStyleOptionToolButton>(option))
            return drawToolButton(button, painter, widget);
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

} // namespace ui::theme
