// LineChart: a line over its last values, with a tinted area under it and no axes: how something goes on.
#pragma once

#include <QWidget>

#include "ui/theme/palette.h"
#include "ui/widgets/sample_ring.h"

namespace ui::widgets {

class LineChart : public QWidget {
    Q_OBJECT
 public:
    // `capacity` values over the whole width.
    LineChart(const QString& name, int capacity, QWidget* parent = nullptr);

    // What the top stands for; 0: the greatest value shown.
    void setTop(double top);
    // Not finite: a gap. `text` is the value as a screen reader says it: "38 %".
    void append(double value, const QString& text);
    const SampleRing& samples() const { return m_samples; }

    QSize sizeHint() const override { return {240, 44}; }
    QSize minimumSizeHint() const override { return {80, 44}; }

 protected:
    void paintEvent(QPaintEvent* event) override;

 private:
    QPolygonF line(const QList<SampleRing::Range>& columns, int first, int end, double top) const;

    SampleRing m_samples;
    double m_top = 0;
};

} // namespace ui::widgets
