// SampleRing: the last values of something measured at even intervals, thinned out for a number of pixels.
#pragma once

#include <QList>
#include <cmath>

namespace ui::widgets {

class SampleRing {
 public:
    explicit SampleRing(int capacity) : m_values(qMax(capacity, 2), std::nan("")) {}

    void append(double value); // not finite: a gap
    int capacity() const { return static_cast<int>(m_values.size()); }
    double at(int age) const; // 0: the newest; not finite where nothing was measured
    double last() const { return at(0); }

    struct Range {
        double low = std::nan(""), high = std::nan("");
        bool isEmpty() const { return std::isnan(low); }
    };
    Range range() const; // of all; empty without any value
    // Oldest first, one range per column: a peak of one sample survives where many share a column. Fewer
    // samples than columns: one column per sample.
    QList<Range> columns(int most) const;

 private:
    QList<double> m_values;
    qsizetype m_next = 0;
};

} // namespace ui::widgets
