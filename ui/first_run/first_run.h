// FirstRun: what a person sees at the very first start, in a few steps that can be skipped at any time.
#pragma once

#include "app/application/application.h"
#include "ui/widgets/panel.h"

class QLabel;
class QStackedWidget;

namespace ui::widgets {
class Button;
}

namespace ui::first_run {

class ModelStep;

class FirstRun : public widgets::Panel {
    Q_OBJECT
 public:
    explicit FirstRun(app::application::Application& application, QWidget* parent = nullptr);

    int step() const;
    int steps() const;
    void setStep(int step);

 Q_SIGNALS:
    void finished(); // or skipped

 protected:
    void keyPressEvent(QKeyEvent* event) override;

 private:
    QWidget* buildHead();
    QWidget* buildFoot();
    QWidget* buildWelcome();
    QWidget* buildPrivacy();
    void addStep(const QString& title, const QString& sentence, QWidget* content);
    void showStep();

    app::application::Application& m_application;
    QStackedWidget* m_pages;
    QWidget* m_dots;
    QLabel* m_where;
    widgets::Button* m_back;
    widgets::Button* m_next;
    ModelStep* m_model;
};

} // namespace ui::first_run
