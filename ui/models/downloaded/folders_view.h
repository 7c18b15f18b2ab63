// FoldersView: which folders are searched for models, whose they are, and what is in them. Two widgets that
// stand beside each other on the models page.
#pragma once

#include <QObject>

#include "app/library/library.h"

class QCheckBox;
class QLabel;
class QListWidget;

namespace ui::widgets {
class Button;
class Chip;
class ElidedLabel;
} // namespace ui::widgets

namespace ui::models {

class FactRow;

class FoldersView : public QObject {
    Q_OBJECT
 public:
    FoldersView(app::library::Library& library, QWidget* page);

    QWidget* side() const { return m_side; }
    QWidget* main() const { return m_main; }
    void focusList();

 Q_SIGNALS:
    void revealRequested(const QString& path);

 private:
    QWidget* buildSide();
    QWidget* buildMain();
    void fill();
    void showCurrent();
    app::library::Folder current() const;

    app::library::Library& m_library;
    QWidget* m_page;
    QWidget *m_side, *m_main;
    QListWidget* m_list;
    QLabel* m_title;
    widgets::Chip* m_badge;
    widgets::ElidedLabel* m_path;
    FactRow* m_facts;
    QLabel* m_note;
    QCheckBox* m_enabled;
    widgets::Button *m_reveal, *m_remove;
    QWidget* m_place; // where models are put
    bool m_filling = false;
};

} // namespace ui::models
