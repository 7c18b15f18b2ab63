// Says something to screen readers without moving the focus.
#pragma once

#include <QWidget>

namespace ui::widgets {

// An invisible one-pixel child of the window whose name is the last message. Qt 6.4 has no announcement
// event, an alert on a named widget is what screen readers speak (from 6.8 on the real event is sent too).
class Announcer : public QWidget {
    Q_OBJECT
 public:
    explicit Announcer(QWidget* window);

    void announce(const QString& message);
};

} // namespace ui::widgets
