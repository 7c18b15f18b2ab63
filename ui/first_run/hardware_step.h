// HardwareStep: the list of what this computer has and how fast it is, filling while it is looked at.
#pragma once

#include <QWidget>

#include "app/downloads/recommendations.h"
#include "app/hardware/machine.h"

class QLabel;

namespace ui::first_run {

class CheckRow;
class ModelSummary;

class HardwareStep : public QWidget {
    Q_OBJECT
 public:
    HardwareStep(app::hardware::Machine& machine, app::downloads::Recommendations& recommendations,
                 QWidget* parent = nullptr);

 protected:
    void showEvent(QShowEvent* event) override; // begins to measure if nothing was
    void resizeEvent(QResizeEvent* event) override;

 private:
    void refresh();
    void showWhatIsThere(const app::hardware::Profile& profile);
    void showSpeeds(const app::hardware::Profile& profile);
    void showSpeed(CheckRow* row, app::hardware::Machine::Step step, bool known, const QString& detail,
                   const QString& value);
    void measureOnce();
    QWidget* buildRecommended();
    void showRecommended();

    app::hardware::Machine& m_machine;
    app::downloads::Recommendations& m_recommendations;
    CheckRow* m_processor;
    CheckRow* m_memory;
    CheckRow* m_graphics;
    CheckRow* m_disk;
    CheckRow* m_memorySpeed;
    CheckRow* m_kernels;
    CheckRow* m_diskSpeed;
    QWidget* m_recommended;
    ModelSummary* m_summary;
    QLabel* m_note;
    bool m_begun = false;
};

} // namespace ui::first_run
