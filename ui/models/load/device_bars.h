// DeviceBars: one stacked bar per device with its name and sum, and the legend under them.
#pragma once

#include <QWidget>

#include "app/bridge/planner.h"
#include "ui/widgets/memory_bar.h"

class QLabel;
class QVBoxLayout;

namespace ui::models {

class DeviceBars : public QWidget {
    Q_OBJECT
 public:
    explicit DeviceBars(QWidget* parent = nullptr);
    void setDevices(const QList<app::bridge::PlanDevice>& devices);

 private:
    struct Row {
        QWidget* widget = nullptr;
        QLabel *name = nullptr, *sum = nullptr;
        widgets::MemoryBar* bar = nullptr;
    };
    Row makeRow();
    static void fill(const Row& row, const app::bridge::PlanDevice& device, int index);

    QList<Row> m_rows;
    QVBoxLayout* m_column;
};

} // namespace ui::models
