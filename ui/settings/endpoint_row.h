// EndpointRow: the hub's address, taken over once it is one, and the way back to the usual one.
#pragma once

#include <QWidget>

#include "app/settings/settings.h"

class QLabel;
class QLineEdit;

namespace ui::widgets {
class Button;
}

namespace ui::settings {

class EndpointRow : public QWidget {
    Q_OBJECT
 public:
    explicit EndpointRow(app::settings::Settings& settings, QWidget* parent = nullptr);

 protected:
    void changeEvent(QEvent* event) override;

 private:
    void take();
    void showStored();
    void dress();

    app::settings::Settings& m_settings;
    QLineEdit* m_field;
    widgets::Button* m_reset;
    QLabel* m_problem;
};

} // namespace ui::settings
