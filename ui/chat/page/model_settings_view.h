// ModelSettingsView: facts of the loaded model and the settings that need a reload.
#pragma once

#include <QWidget>

#include "app/bridge/engine_host.h"
#include "app/settings/settings.h"
#include "app/usage/usage.h"

class QFormLayout;
class QLabel;
class QSpinBox;

namespace ui::widgets {
class Button;
}

namespace ui::chat {

class ModelSettingsView : public QWidget {
    Q_OBJECT
 public:
    ModelSettingsView(app::bridge::EngineHost& host, app::usage::Usage& usage,
                      app::settings::Settings& settings, QWidget* parent = nullptr);

 private:
    void show();
    void addFact(const QString& name, const QString& value);
    void addSpeeds();

    app::bridge::EngineHost& m_host;
    app::usage::Usage& m_usage;
    app::settings::Settings& m_settings;
    QLabel* m_title;
    QFormLayout* m_facts;
    QSpinBox* m_context;
    QLabel* m_note;
    widgets::Button* m_reload;
    widgets::Button* m_eject;
};

} // namespace ui::chat
