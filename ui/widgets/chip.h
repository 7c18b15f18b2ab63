// Small rounded labels: a chip that states something, and a filter chip that can be switched on.
#pragma once

#include <QAbstractButton>

#include "ui/theme/icons.h"

namespace ui::widgets {

enum class Tone { Neutral, Accent, Ok, Warn, Bad, Outline };

struct ChipLook {
    QColor fill;
    QColor ink;
    QColor edge;
};
ChipLook chipLook(theme::Palette palette, Tone tone);

// For delegates: the width that a chip takes, and its painting.
int chipWidth(const QString& text, theme::Icon icon = theme::Icon::None);
void paintChip(QPainter* painter, const QRect& rect, theme::Palette palette, Tone tone, const QString& text,
               theme::Icon icon = theme::Icon::None);

// 20 px high. Colour never stands alone: the text (or icon) says the same.
class Chip : public QWidget {
    Q_OBJECT
 public:
    explicit Chip(const QString& text, QWidget* parent = nullptr, Tone tone = Tone::Neutral,
                  theme::Icon icon = theme::Icon::None);

    void setText(const QString& text);
    QString text() const { return m_text; }
    void setTone(Tone tone);
    void setGlyph(theme::Icon icon);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

 protected:
    void paintEvent(QPaintEvent* event) override;

 private:
    QString m_text;
    Tone m_tone;
    theme::Icon m_icon;
};

// 26 px high, checkable.
class FilterChip : public QAbstractButton {
    Q_OBJECT
 public:
    explicit FilterChip(const QString& text, QWidget* parent = nullptr);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

 protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace ui::widgets
