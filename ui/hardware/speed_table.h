// SpeedTable: what was measured, by number of threads and by family of formats.
#pragma once

#include "app/hardware/profile.h"
#include "ui/widgets/panel.h"

class QGridLayout;
class QLabel;

namespace ui::hardware {

class SpeedTable : public widgets::Card {
    Q_OBJECT
 public:
    explicit SpeedTable(QWidget* parent = nullptr);

    void setCalibration(const app::hardware::CalibrationFacts& calibration);

 private:
    void clear();
    QLabel* put(int row, int column, const QString& text, bool muted);
    void putRow(int row, int column, const QStringList& cells, bool head);

    QGridLayout* m_grid;
    QList<QLabel*> m_cells;
};

} // namespace ui::hardware
