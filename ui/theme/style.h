// The look of the standard controls: Fusion underneath, drawn from the tokens of each widget's own palette.
#pragma once

#include <QProxyStyle>

#include "ui/theme/icons.h"
#include "ui/theme/palette.h"

class QAbstractButton;
class QStyleOptionButton;
class QStyleOptionComboBox;
class QStyleOptionMenuItem;
class QStyleOptionProgressBar;
class QStyleOptionSlider;
class QStyleOptionSpinBox;
class QStyleOptionTab;
class QStyleOptionToolButton;
class QStyleOptionViewItem;

namespace ui::theme {

// One filled button at most is Primary in any view.
enum class Variant { Normal, Primary, Flat, Danger };

// How a push button looks; Normal when never set. A dialog's default button needs nothing: it is Primary by
// itself.
void setVariant(QWidget* button, Variant variant);
Variant variantOf(const QWidget* button);
// 28 px high instead of 32, text in Small: push buttons, fields, combo and spin boxes.
void setSmall(QWidget* control, bool small = true);
bool isSmall(const QWidget* control);

struct ButtonLook {
    QColor fill;
    QColor edge;
    QColor ink;
};
ButtonLook buttonLook(Palette palette, Variant variant, QStyle::State state);

// The shapes that the style and the hand-painted widgets share.
void paintRounded(QPainter* painter, const QRectF& rect, qreal radius, const QColor& fill,
                  const QColor& edge = QColor(), qreal edgeWidth = 1);
void paintField(QPainter* painter, const QRectF& rect, Palette palette, QStyle::State state,
                const QColor& fill);
// The background of a list row; nothing at rest.
void paintRow(QPainter* painter, const QRectF& rect, Palette palette, QStyle::State state);
void paintCheckMark(QPainter* painter, const QRectF& rect, Palette palette, QStyle::State state);

class Style : public QProxyStyle {
    Q_OBJECT
 public:
    Style();

    void setReducedMotion(bool reduced) { m_reducedMotion = reduced; }

    QPalette standardPalette() const override;
    int pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const override;
    int styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                  QStyleHintReturn* data) const override;
    QSize sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size,
                           const QWidget* widget) const override;
    QRect subControlRect(ComplexControl control, const QStyleOptionComplex* option, SubControl part,
                         const QWidget* widget) const override;
    QRect subElementRect(SubElement element, const QStyleOption* option,
                         const QWidget* widget) const override;
    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override;
    void drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                     const QWidget* widget) const override;
    void drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                            const QWidget* widget) const override;

 private:
    // Buttons and indicators (style_buttons.cpp).
    void drawPushButtonPanel(const QStyleOption* option, QPainter* painter, const QWidget* widget) const;
    void drawPushButtonLabel(const QStyleOptionButton* option, QPainter* painter,
                             const QWidget* widget) const;
    void drawRadio(const QStyleOption* option, QPainter* painter) const;
    void drawToolButton(const QStyleOptionToolButton* option, QPainter* painter, const QWidget* widget) const;
    // Fields (style_fields.cpp).
    void drawComboBox(const QStyleOptionComboBox* option, QPainter* painter, const QWidget* widget) const;
    void drawSpinBox(const QStyleOptionSpinBox* option, QPainter* painter, const QWidget* widget) const;
    void drawSlider(const QStyleOptionSlider* option, QPainter* painter, const QWidget* widget) const;
    void drawScrollBar(const QStyleOptionSlider* option, QPainter* painter, const QWidget* widget) const;
    QRect spinBoxPart(const QStyleOptionComplex* option, SubControl part, const QWidget* widget) const;
    QRect scrollBarPart(const QStyleOptionSlider* option, SubControl part, const QWidget* widget) const;
    // Views, tabs, menus, bars (style_views.cpp).
    void drawTab(const QStyleOptionTab* option, QPainter* painter) const;
    void drawTabLabel(const QStyleOptionTab* option, QPainter* painter, const QWidget* widget) const;
    void drawMenuItem(const QStyleOptionMenuItem* option, QPainter* painter, const QWidget* widget) const;
    void drawProgress(const QStyleOptionProgressBar* option, QPainter* painter) const;

    bool m_reducedMotion = false;
};

} // namespace ui::theme
