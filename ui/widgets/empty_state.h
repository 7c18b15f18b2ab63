// What a view shows when it has nothing: an icon, one sentence, at most one button.
#pragma once

#include <QWidget>

#include "ui/theme/icons.h"

class QLabel;

namespace ui::widgets {

class Button;

class EmptyState : public QWidget {
    Q_OBJECT
 public:
    EmptyState(theme::Icon icon, const QString& sentence, const QString& action = QString(),
               QWidget* parent = nullptr);

    void setSentence(const QString& sentence);
    void setAction(const QString& action);

 Q_SIGNALS:
    void actionRequested();

 protected:
    void paintEvent(QPaintEvent* event) override;

 private:
    theme::Icon m_icon;
    QLabel* m_sentence;
    Button* m_action;
};

} // namespace ui::widgets
