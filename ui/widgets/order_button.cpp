// Button and menu.
#include "ui/widgets/order_button.h"

#include <QActionGroup>
#include <QMenu>

namespace ui::widgets {

OrderButton::OrderButton(QWidget* parent)
    : Button(QString(), parent, theme::Variant::Flat, theme::Icon::Down),
      m_menu(new QMenu(this)),
      m_orders(new QActionGroup(m_menu)) {
    theme::setSmall(this);
    connect(this, &QPushButton::clicked, this, [this] { m_menu->popup(mapToGlobal(QPoint(0, height()))); });
}

void OrderButton::addOrder(int order, const QString& text) {
    QAction* action = m_menu->addAction(text);
    action->setCheckable(true);
    m_orders->addAction(action);
    connect(action, &QAction::triggered, this, [this, order, text] {
        showOrder(text);
        Q_EMIT orderChosen(order);
    });
    if (m_orders->actions().size() > 1) return;
    action->setChecked(true);
    showOrder(text);
}

void OrderButton::showOrder(const QString& text) {
    setText(text);
    setAccessibleName(tr("Order: %1").arg(text));
}

} // namespace ui::widgets
