// SettingsPage: appearance, writing and engine settings of the whole program.
#pragma once

#include "app/settings/settings.h"
#include "ui/widgets/panel.h"

class QFormLayout;

namespace ui::settings {

class SettingsPage : public widgets::Panel {
    Q_OBJECT
 public:
    explicit SettingsPage(app::settings::Settings& settings, QWidget* parent = nullptr);

 private:
    void addHeading(const QString& text);
    void addRow(const QString& label, const QString& help, QWidget* field);

    QFormLayout* m_form;
};

} // namespace ui::settings
