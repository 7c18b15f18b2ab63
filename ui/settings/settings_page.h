// SettingsPage: appearance, writing, engine and download settings of the whole program.
#pragma once

#include "app/downloads/hub_settings.h"
#include "app/library/library.h"
#include "app/settings/settings.h"
#include "ui/widgets/panel.h"

class QFormLayout;

namespace ui::settings {

class SettingsPage : public widgets::Panel {
    Q_OBJECT
 public:
    SettingsPage(app::settings::Settings& settings, app::downloads::HubSettings& hub,
                 app::library::Library& library, QWidget* parent = nullptr);

 private:
    void addModelsFolder(app::library::Library& library);
    void addDownloads(app::settings::Settings& settings, app::downloads::HubSettings& hub);
    void addHeading(const QString& text);
    void addRow(const QString& label, const QString& help, QWidget* field);

    QFormLayout* m_form;
};

} // namespace ui::settings
