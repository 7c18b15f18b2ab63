// HardwareStep: the list of what this computer has and how fast it is, filling while it is looked at.
#pragma once

#include <QWidget>

#include "app/hardware/machine.h"

namespace ui::first_run {

class CheckRow;

class HardwareStep : public QWidget {
    Q_OBJECT
 public:
    explicit HardwareStep(app::hardware::Machine& machine, QWidget* parent = nullptr);

 protected:
    void showEvent(QShowEvent* event) override; // begins to measure if nothing was

 private:
    void refresh();
    void showWhatIsThere(const app::hardware::Profile& profile);
    void showSpeeds(const app::hardware::Profile& profile);
    void showSpeed(CheckRow* row, app::hardware::Machine::Step step, bool known, const QString& detail,
                   const QString& value);
    void measureOnce();

    app::hardware::Machine& m_machine;
    CheckRow* m_processor;
    CheckRow* m_memory;
    CheckRow* m_graphics;
    CheckRow* m_disk;
    CheckRow* m_memorySpeed;
    CheckRow* m_kernels;
    CheckRow* m_diskSpeed;
    bool m_begun = false;
};

} // namespace ui::first_run
