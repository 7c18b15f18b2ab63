// Stops in reading order.
#include "ui/widgets/reading_order.h"

#include <QApplication>
#include <QScrollArea>
#include <algorithm>

namespace ui::widgets {

namespace {

constexpr int kSameLine = 6; // parts of one line may differ by a few pixels

// Parts of a row stand on one top edge or around one middle.
bool onOneLine(const QRect& a, const QRect& b) {
    return qAbs(a.top() - b.top()) <= kSameLine || qAbs(a.center().y() - b.center().y()) <= kSameLine;
}

bool isTabStop(const QWidget* widget) {
    return (widget->focusPolicy() & Qt::TabFocus) == Qt::TabFocus && widget->focusProxy() == nullptr;
}

// The visible children, line by line.
QList<QWidget*> inLines(const QWidget* parent) {
    QList<QWidget*> children;
    for (QObject* child : parent->children()) {
        auto* widget = qobject_cast<QWidget*>(child);
        if (widget != nullptr && !widget->isWindow() && !widget->isHidden() && widget->isEnabled())
            children.append(widget);
    }
    const auto top = [](const QWidget* widget) { return widget->geometry().top(); };
    std::stable_sort(children.begin(), children.end(),
                     [&](const QWidget* a, const QWidget* b) { return top(a) < top(b); });
    const bool rightToLeft = parent->isRightToLeft();
    for (auto line = children.begin(); line != children.end();) {
        const auto end = std::find_if(line, children.end(), [&](const QWidget* widget) {
            return !onOneLine((*line)->geometry(), widget->geometry());
        });
        std::stable_sort(line, end, [&](const QWidget* a, const QWidget* b) {
            return rightToLeft ? a->geometry().right() > b->geometry().right()
                               : a->geometry().left() < b->geometry().left();
        });
        line = end;
    }
    return children;
}

void collect(const QWidget* parent, QList<QWidget*>& stops) {
    for (QWidget* child : inLines(parent)) {
        if (isTabStop(child))
            stops.append(child);
        else
            collect(child, stops);
    }
}

} // namespace

QList<QWidget*> tabStops(const QWidget* root) {
    QList<QWidget*> stops;
    collect(root, stops);
    return stops;
}

bool focusInReadingOrder(QWidget* window, bool next) {
    const QList<QWidget*> stops = tabStops(window);
    if (stops.isEmpty()) return false;
    const QWidget* focus = QApplication::focusWidget();
    qsizetype at = next ? -1 : stops.size(); // from nowhere: the first or the last
    for (qsizetype i = 0; i < stops.size() && focus != nullptr; ++i)
        if (stops[i] == focus || stops[i]->isAncestorOf(focus)) at = i;
    QWidget* to = stops[(at + (next ? 1 : -1) + stops.size()) % stops.size()];
    to->setFocus(next ? Qt::TabFocusReason : Qt::BacktabFocusReason);
    for (QWidget* above = to->parentWidget(); above != nullptr && above != window;
         above = above->parentWidget())
        if (auto* area = qobject_cast<QScrollArea*>(above)) area->ensureWidgetVisible(to);
    return true;
}

} // namespace ui::widgets
