// A push button with one of the program's icons.
#pragma once

#include <QPushButton>

#include "ui/theme/icons.h"
#include "ui/theme/style.h"

namespace ui::widgets {

class Button : public QPushButton {
    Q_OBJECT
 public:
    explicit Button(const QString& text, QWidget* parent = nullptr,
                    theme::Variant variant = theme::Variant::Normal, theme::Icon icon = theme::Icon::None);

    void setGlyph(theme::Icon icon);
    theme::Icon glyph() const { return m_glyph; }
    // Shown after the label as a key cap: "Ctrl N".
    void setKeyHint(const QString& keys);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

 protected:
    void paintEvent(QPaintEvent* event) override;

 private:
    int glyphSize() const;
    QFont labelFont() const;
    int contentWidth() const;

    theme::Icon m_glyph;
    QString m_keyHint;
};

// The outlined letters of a key; returns the width it takes.
int keyCapWidth(const QString& keys);
void paintKeyCap(QPainter* painter, const QRect& rect, const QString& keys, theme::Palette palette);

} // namespace ui::widgets
