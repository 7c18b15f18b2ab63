// HardwarePage: what this computer has, what it does now, how fast it was measured, what runs well, where a
// model's experts are.
#pragma once

#include "app/application/application.h"
#include "ui/theme/icons.h"
#include "ui/widgets/panel.h"

class QGridLayout;
class QLabel;

namespace ui::widgets {
class Banner;
class Button;
class MeterBar;
} // namespace ui::widgets

namespace ui::hardware {

class FactCard;
class PlacementView;
class SpeedTable;

class HardwarePage : public widgets::Panel {
    Q_OBJECT
 public:
    explicit HardwarePage(app::application::Application& application, QWidget* parent = nullptr);

 Q_SIGNALS:
    void modelRequested(const QString& repo); // to be looked at, with its variants

 protected:
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;

 private:
    QWidget* buildHeader();
    QWidget* buildBody();
    void showProfile();
    void showGpus();
    void showDisks();
    void showState();
    void showSample(const app::hardware::LiveSample& sample);
    void showGpuSamples(const QList<app::bridge::GpuSample>& gpus);
    FactCard* addCard(theme::Icon icon, const QString& title);
    void placeCards();
    void copyReport();

    app::application::Application& m_application;
    app::hardware::Machine& m_machine;
    widgets::Banner* m_banner;
    QLabel* m_progressText;
    widgets::MeterBar* m_progress;
    widgets::Button* m_measure;
    widgets::Button* m_copy;
    QWidget* m_cards;
    QGridLayout* m_cardGrid;
    FactCard* m_processor;
    FactCard* m_memory;
    QList<FactCard*> m_gpus;
    QLabel* m_noGpu;
    QList<FactCard*> m_disks;
    SpeedTable* m_speeds;
    PlacementView* m_placement;
    int m_columns = 0;
};

} // namespace ui::hardware
