// OrderButton: says in which order a list stands; its menu has the others.
#pragma once

#include "ui/widgets/button.h"

class QActionGroup;
class QMenu;

namespace ui::widgets {

class OrderButton : public Button {
    Q_OBJECT
 public:
    explicit OrderButton(QWidget* parent = nullptr);
    void addOrder(int order, const QString& text); // the first one is in force

 Q_SIGNALS:
    void orderChosen(int order);

 private:
    void showOrder(const QString& text);

    QMenu* m_menu;
    QActionGroup* m_orders;
};

} // namespace ui::widgets
