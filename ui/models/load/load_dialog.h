// LoadDialog: how a model would be loaded, what that takes and how fast it would be, while one chooses.
#pragma once

#include "app/bridge/engine_host.h"
#include "app/bridge/planner.h"
#include "ui/widgets/framed_dialog.h"

class QCheckBox;
class QLabel;

namespace ui::widgets {
class Button;
}

namespace ui::models {

class DeviceBars;
class LoadForm;
class VerdictLine;

class LoadDialog : public widgets::FramedDialog {
    Q_OBJECT
 public:
    LoadDialog(app::bridge::Planner& planner, app::bridge::EngineHost& host, QWidget* parent = nullptr);

    // `name`: until the file has been read.
    void openFor(const QString& path, const QString& name, const app::bridge::LoadOptions& options);

 Q_SIGNALS:
    void loadRequested(const QString& path, const app::bridge::LoadOptions& options, bool saveAsDefault);

 private:
    void buildFoot();
    void connectParts();
    void ask();
    void showPlan(const app::bridge::ModelPlan& plan);
    void showProblem(const app::bridge::UserMessage& message);
    void showInfo(const app::bridge::ModelInfo& info);
    void load();

    app::bridge::Planner& m_planner;
    app::bridge::EngineHost& m_host;
    QString m_path;
    quint64 m_asked = 0; // number of the newest question
    bool m_answered = false;
    bool m_over = false; // past a limit: "Load anyway"
    QLabel* m_suggestion;
    VerdictLine* m_verdict;
    DeviceBars* m_bars;
    LoadForm* m_form;
    QCheckBox* m_save;
    widgets::Button* m_load;
};

} // namespace ui::models
