// TokenRow: the hub's access token: typed once, then only its ends are shown, with where it is kept.
#pragma once

#include <QWidget>

#include "app/downloads/hub_settings.h"

class QLabel;
class QLineEdit;

namespace ui::widgets {
class Button;
}

namespace ui::settings {

class TokenRow : public QWidget {
    Q_OBJECT
 public:
    explicit TokenRow(app::downloads::HubSettings& hub, QWidget* parent = nullptr);

 private:
    void build();
    void save();
    void remove();
    void takeStored(app::settings::Credentials::Stored stored);
    void say(const QString& text);
    void showToken();
    void showStage();
    void showWhole();

    enum class Stage { shown, waiting, asking }; // asking: whether a file will do

    app::downloads::HubSettings& m_hub;
    Stage m_stage = Stage::shown;
    QByteArray m_typed; // while it is asked where it may be kept
    QString m_shownHub; // whose token is shown
    QString m_problem;  // of removing, until what is there was read again
    QLineEdit* m_field;
    QLabel* m_masked;
    QLabel* m_note;
    widgets::Button *m_save, *m_remove, *m_inFile, *m_cancel;
};

} // namespace ui::settings
