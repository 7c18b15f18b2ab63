// EntryPane: everything about one model of the library, and what can be done with it.
#pragma once

#include "app/library/fit_advice.h"
#include "app/library/library.h"
#include "app/library/verifier.h"
#include "ui/widgets/panel.h"

class QFormLayout;
class QLabel;

namespace ui::widgets {
class Banner;
class Button;
class Chip;
class ElidedLabel;
class MeterBar;
} // namespace ui::widgets

namespace ui::models {

class FactRow;

class EntryPane : public widgets::Panel {
    Q_OBJECT
 public:
    EntryPane(app::library::Library& library, app::library::FitAdvice& advice,
              app::library::Verifier& verifier, QWidget* parent = nullptr);

    void show(const app::library::EntryPointer& entry); // null: nothing is chosen
    app::library::EntryId current() const { return m_entry ? m_entry->id : 0; }
    void setLoaded(const QString& path); // of the model that is loaded now

 Q_SIGNALS:
    void loadRequested(const QString& path);
    void revealRequested(const QString& path);
    void shrinkRequested(app::library::EntryId id);
    void deleteRequested(app::library::EntryId id);

 private:
    QWidget* buildHead();
    QWidget* buildFit();
    QWidget* buildFiles();
    QWidget* buildActions();
    QLabel* addLine(QFormLayout* form, const QString& caption, const char* name);
    void showHead();
    void showFit();
    void showFiles();
    void showVerification();

    app::library::Library& m_library;
    app::library::FitAdvice& m_advice;
    app::library::Verifier& m_verifier;
    app::library::EntryPointer m_entry;
    QString m_loaded;
    widgets::ElidedLabel* m_title;
    QList<widgets::Chip*> m_tags;
    widgets::Button* m_load;
    QLabel* m_source;
    widgets::Banner* m_problem;
    FactRow* m_facts;
    QWidget* m_fitCard;
    widgets::Chip* m_fit;
    QLabel *m_speed, *m_sentence, *m_together;
    widgets::ElidedLabel* m_path;
    QLabel *m_place, *m_used, *m_names, *m_verified;
    widgets::Chip* m_readOnly;
    widgets::Button *m_shrink, *m_verify, *m_reveal, *m_delete;
    widgets::MeterBar* m_progress;
};

} // namespace ui::models
