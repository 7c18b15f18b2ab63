// FindBar: asks the hub which models run well here: the button, how far it is, when that was, what went
// wrong.
#pragma once

#include <QWidget>

#include "app/downloads/recommendations.h"

class QLabel;

namespace ui::widgets {
class Banner;
class Button;
class MeterBar;
} // namespace ui::widgets

namespace ui::models {

class FindBar : public QWidget {
    Q_OBJECT
 public:
    explicit FindBar(app::downloads::Recommendations& recommendations, QWidget* parent = nullptr);

 private:
    void refresh();
    QString words() const;
    void showMisses();

    app::downloads::Recommendations& m_recommendations;
    QLabel* m_words;
    widgets::MeterBar* m_progress;
    widgets::Button* m_button;
    widgets::Banner* m_problem;
};

} // namespace ui::models
