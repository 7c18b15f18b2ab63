// FactCard: one part of the computer: what it is, what it does right now, how fast it was measured.
#pragma once

#include <QList>
#include <QPair>

#include "ui/theme/icons.h"
#include "ui/widgets/panel.h"

class QGridLayout;
class QLabel;

namespace ui::widgets {
class Button;
class ElidedLabel;
class LineChart;
} // namespace ui::widgets

namespace ui::hardware {

class FactCard : public widgets::Card {
    Q_OBJECT
 public:
    using Facts = QList<QPair<QString, QString>>; // label, value

    FactCard(theme::Icon icon, const QString& title, QWidget* parent = nullptr);

    void setName(const QString& name);
    void setFacts(const Facts& facts);
    // The large figure with its unit, and a point of the line; `top` as LineChart. Not finite: nothing known.
    void setLive(const QString& figure, const QString& unit, double value, double top);
    void setMeasured(const QString& text, bool canMeasure);

    QSize minimumSizeHint() const override;

 Q_SIGNALS:
    void measureRequested();

 protected:
    void paintEvent(QPaintEvent* event) override;

 private:
    theme::Icon m_icon;
    QLabel* m_title;
    widgets::ElidedLabel* m_name;
    QGridLayout* m_facts;
    QList<QPair<QLabel*, widgets::ElidedLabel*>> m_rows;
    QLabel* m_figure;
    widgets::ElidedLabel* m_unit;
    QLabel* m_span;
    widgets::LineChart* m_chart;
    QLabel* m_measured;
    widgets::Button* m_again;
};

} // namespace ui::hardware
