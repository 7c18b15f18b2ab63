// A square button with an icon and no text; its name is its tool tip and what a screen reader says.
#pragma once

#include <QAbstractButton>

#include "ui/theme/icons.h"

class QMenu;

namespace ui::widgets {

class IconButton : public QAbstractButton {
    Q_OBJECT
 public:
    enum class Size { Small, Large }; // 28 px with a 16 px icon, 32 px with a 20 px icon

    IconButton(theme::Icon icon, const QString& name, QWidget* parent = nullptr, Size size = Size::Large);

    void setGlyph(theme::Icon icon);
    theme::Icon glyph() const { return m_glyph; }
    // Accessible name and tool tip at once; `shortcut` is shown in the tool tip only.
    void setName(const QString& name, const QString& shortcut = QString());
    // Opens under the button on click, Space or Down.
    void setMenu(QMenu* menu);
    QMenu* menu() const { return m_menu; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

 protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

 private:
    void openMenu();

    theme::Icon m_glyph;
    Size m_size;
    QMenu* m_menu = nullptr;
};

} // namespace ui::widgets
