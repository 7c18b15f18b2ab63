// One entry of the window's left rail: an icon over its label, with a count when something waits there.
#pragma once

#include <QAbstractButton>

#include "ui/theme/icons.h"

namespace ui::widgets {

class RailButton : public QAbstractButton {
    Q_OBJECT
 public:
    RailButton(theme::Icon icon, const QString& label, QWidget* parent = nullptr);

    // 0 hides the badge; the count is part of the accessible name.
    void setBadge(int count);

    QSize sizeHint() const override { return {56, 52}; }
    QSize minimumSizeHint() const override { return sizeHint(); }

 protected:
    void paintEvent(QPaintEvent* event) override;

 private:
    theme::Icon m_icon;
    int m_badge = 0;
};

} // namespace ui::widgets
