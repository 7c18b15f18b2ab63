// JobRow: how one piece of long work goes, with a button that ends it; hidden while there is none.
#pragma once

#include "ui/widgets/panel.h"

namespace ui::widgets {
class ElidedLabel;
class IconButton;
class MeterBar;
} // namespace ui::widgets

namespace ui::models {

class JobRow : public widgets::Panel {
    Q_OBJECT
 public:
    // `name`: of the kind of work, for its bar; `cancel`: the button's words.
    JobRow(const QString& name, const QString& cancel, QWidget* parent = nullptr);

    void begin(const QString& title);
    void setProgress(qint64 done, qint64 total); // bytes

 Q_SIGNALS:
    void cancelRequested();

 private:
    widgets::ElidedLabel* m_title;
    widgets::MeterBar* m_bar;
    widgets::ElidedLabel* m_amount;
};

} // namespace ui::models
