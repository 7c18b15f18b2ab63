// FoldersStep: the folders with models that were found on this computer, each to be used or not, and where
// new ones are put.
#pragma once

#include <QHash>
#include <QWidget>

#include "app/library/library.h"

class QCheckBox;
class QLabel;
class QVBoxLayout;

namespace ui::widgets {
class ElidedLabel;
}

namespace ui::first_run {

class FoldersStep : public QWidget {
    Q_OBJECT
 public:
    explicit FoldersStep(app::library::Library& library, QWidget* parent = nullptr);

 private:
    struct Row {
        QWidget* widget = nullptr;
        QCheckBox* box = nullptr; // not of the own folder, which is always used
        QLabel* amount = nullptr;
        widgets::ElidedLabel* path = nullptr;
    };
    void fill();
    Row addRow(QWidget* head, const QString& path);
    QCheckBox* makeBox(const app::library::Folder& folder);

    app::library::Library& m_library;
    QWidget* m_card;
    QVBoxLayout* m_rows;
    QLabel* m_ownHead; // of the folder that new models are put into
    Row m_own;
    QHash<QString, Row> m_shown; // the others, by path
};

} // namespace ui::first_run
