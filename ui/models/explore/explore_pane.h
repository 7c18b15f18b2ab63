// ExplorePane: one model: what it is, its licence, and its variants with what each would do here; for the
// right of the models page.
#pragma once

#include "app/downloads/explore.h"
#include "ui/widgets/panel.h"

class QHBoxLayout;
class QLabel;
class QStackedWidget;

namespace ui::widgets {
class Banner;
class Chip;
class ElidedLabel;
class EmptyState;
} // namespace ui::widgets

namespace ui::models {

class VariantList;

class ExplorePane : public widgets::Panel {
    Q_OBJECT
 public:
    explicit ExplorePane(app::downloads::Explore& explore, QWidget* parent = nullptr);
    // What estimates are for: "RTX 4080 SUPER 16 GB + 62 GB RAM at 8 192 tokens of context".
    void setMachineText(const QString& text);

 Q_SIGNALS:
    void downloadRequested(const QString& repo, const QString& revision,
                           const app::downloads::RepoVariant& variant);
    void cardRequested(const QString& repo); // its page in a browser

 private:
    QWidget* buildHead();
    QWidget* buildTable();
    QWidget* buildPage();
    void showPage();
    void showTags();
    void showFacts();
    void showSentence();

    app::downloads::Explore& m_explore;
    QStackedWidget* m_stack;
    widgets::ElidedLabel* m_title;
    QHBoxLayout* m_tags;
    QLabel* m_description;
    QHBoxLayout* m_facts;
    widgets::Banner* m_problem;
    widgets::ElidedLabel* m_machine;
    QStackedWidget* m_table;
    widgets::EmptyState* m_nothing;
    VariantList* m_variants;
    QLabel* m_sentence; // of the chosen variant: what limits it here, or why that cannot be said
};

} // namespace ui::models
