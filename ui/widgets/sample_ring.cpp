// Ring and decimation.
#include "ui/widgets/sample_ring.h"

namespace ui::widgets {

namespace {
void include(SampleRing::Range& range, double value) {
    if (!std::isfinite(value)) return;
    range.low = range.isEmpty() ? value : qMin(range.low, value);
    range.high = std::isnan(range.high) ? value : qMax(range.high, value);
}
} // namespace

void SampleRing::append(double value) {
    m_values[m_next] = value;
    m_next = (m_next + 1) % m_values.size();
}

double SampleRing::at(int age) const {
    if (age < 0 || age >= capacity()) return std::nan("");
    return m_values[(m_next - 1 - age + 2 * m_values.size()) % m_values.size()];
}

SampleRing::Range SampleRing::range() const {
    Range range;
    for (const double value : m_values)
        include(range, value);
    return range;
}

QList<SampleRing::Range> SampleRing::columns(int most) const {
    const int count = qBound(1, most, capacity());
    QList<Range> columns(count);
    for (int i = 0; i < capacity(); ++i)
        include(columns[static_cast<qsizetype>(qint64{i} * count / capacity())], at(capacity() - 1 - i));
    return columns;
}

} // namespace ui::widgets
