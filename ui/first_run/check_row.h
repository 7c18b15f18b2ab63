// CheckRow: one thing that is looked at: a ring that waits, turns and becomes a tick, a name and what was
// found.
#pragma once

#include <QWidget>

class QLabel;

namespace ui::widgets {
class ElidedLabel;
class Spinner;
} // namespace ui::widgets

namespace ui::first_run {

class CheckRow : public QWidget {
    Q_OBJECT
 public:
    enum class State { waiting, running, done, absent };

    explicit CheckRow(const QString& name, QWidget* parent = nullptr);

    // All states take the same room, so that nothing jumps.
    void show(State state, const QString& detail, const QString& value);
    State state() const { return m_state; }
    void setLast() { m_line = false; } // nothing is parted from it

 protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

 private:
    QRect circle() const;

    State m_state = State::waiting;
    bool m_line = true;
    QString m_name;
    QLabel* m_title;
    widgets::ElidedLabel* m_detail;
    QLabel* m_value;
    widgets::Spinner* m_spinner;
};

} // namespace ui::first_run
