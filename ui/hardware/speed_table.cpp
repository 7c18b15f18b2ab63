// Two tables side by side in one grid: memory by threads, kernels by format.
#include "ui/hardware/speed_table.h"

#include <QGridLayout>
#include <QLabel>
#include <QLocale>

#include "ui/hardware/machine_texts.h"
#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"

namespace ui::hardware {

using theme::TextRole;

namespace {
constexpr int kSecondTable = 3; // column where it begins
}

SpeedTable::SpeedTable(QWidget* parent) : Card(parent), m_grid(new QGridLayout(this)) {
    setObjectName(QStringLiteral("speedTable"));
    setAccessibleName(tr("Measured speeds"));
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(theme::metrics::kSpace5);
    m_grid->setVerticalSpacing(theme::metrics::kSpace1);
    m_grid->setColumnMinimumWidth(kSecondTable - 1, theme::metrics::kSpace6);
    m_grid->setColumnStretch(kSecondTable + 3, 1);
}

void SpeedTable::clear() {
    for (QLabel* cell : std::as_const(m_cells))
        delete cell;
    m_cells.clear();
}

QLabel* SpeedTable::put(int row, int column, const QString& text, bool muted) {
    auto* label = new QLabel(text, this);
    label->setFont(theme::font(TextRole::Small));
    label->setTextFormat(Qt::PlainText);
    if (muted) label->setForegroundRole(QPalette::PlaceholderText);
    const bool first = column == 0 || column == kSecondTable;
    m_grid->addWidget(label, row, column, (first ? Qt::AlignLeading : Qt::AlignTrailing) | Qt::AlignVCenter);
    m_cells.append(label);
    return label;
}

void SpeedTable::putRow(int row, int column, const QStringList& cells, bool head) {
    for (int i = 0; i < static_cast<int>(cells.size()); ++i)
        put(row, column + i, cells[i], head || i == 0);
}

void SpeedTable::setCalibration(const app::hardware::CalibrationFacts& calibration) {
    clear();
    const auto number = [](double value, int digits) {
        return value > 0 ? QLocale::c().toString(value, 'f', digits) : QStringLiteral("–");
    };
    putRow(0, 0, {tr("Threads"), tr("Memory read, GB/s")}, true);
    int row = 1;
    const QList<double>& speeds = calibration.readGbPerSecond;
    for (int threads = 1; threads <= static_cast<int>(speeds.size()); ++threads) {
        if ((threads & (threads - 1)) != 0 && threads != speeds.size()) continue;
        putRow(row++, 0, {QString::number(threads), number(speeds[threads - 1], 1)}, false);
    }
    putRow(0, kSecondTable,
           {tr("Formats (%1 kernels, one thread)").arg(calibration.isa), tr("Generating, GB/s"),
            tr("Reading prompts, GFLOP/s")},
           true);
    row = 1;
    for (const auto& rate : calibration.rates) {
        putRow(row++, kSecondTable,
               {familyName(rate.family), number(rate.vectorGbPerSecond, 1),
                number(rate.matrixGflopPerSecond, 0)},
               false);
    }
}

} // namespace ui::hardware
