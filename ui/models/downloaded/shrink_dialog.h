// ShrinkDialog: which smaller copy of a model to make, what it would do on this computer, and where it goes.
#pragma once

#include "app/bridge/planner.h"
#include "app/library/library.h"
#include "app/library/shrinker.h"
#include "app/library/smaller_copies_model.h"
#include "ui/widgets/framed_dialog.h"

class QComboBox;
class QListView;

namespace ui::widgets {
class Banner;
class Button;
class Chip;
class ElidedLabel;
class TextLabel;
} // namespace ui::widgets

namespace ui::models {

class ShrinkDialog : public widgets::FramedDialog {
    Q_OBJECT
 public:
    // For one model; looks into it at once.
    ShrinkDialog(app::library::Library& library, app::library::Shrinker& shrinker,
                 app::bridge::Planner& planner, const app::library::Entry& entry, QWidget* parent);

 Q_SIGNALS:
    void copyRequested(const app::library::ShrinkRequest& request);

 private:
    void buildTable();
    void buildPlace();
    void buildButtons();
    void connectParts();
    void fillFolders();
    void take(const app::bridge::SmallerCopies& copies);
    void askForPlans();
    void followRecommendation();
    void showCurrent();
    void fitHeight();
    const app::library::CopyRow* current() const;
    void make();

    app::library::Library& m_library;
    app::library::Shrinker& m_shrinker;
    app::bridge::Planner& m_planner;
    const app::library::Entry m_entry;
    app::library::SmallerCopiesModel m_copies;
    QHash<quint64, QString> m_asked; // types whose plans are on their way
    bool m_chosen = false;           // the person moved; the recommendation no longer does
    QWidget* m_table;
    QListView* m_list;
    widgets::TextLabel* m_reading; // until there is a table
    widgets::Banner* m_note;       // what is lost, or why there is no table
    QWidget* m_place;
    QComboBox* m_folder;
    widgets::ElidedLabel* m_name;
    widgets::Chip* m_short; // of room on the disk
    widgets::Button* m_make;
};

} // namespace ui::models
