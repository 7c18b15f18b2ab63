// The desktop's own dialog, not blocking.
#include "ui/models/downloaded/folder_question.h"

#include <QCoreApplication>
#include <QFileDialog>

namespace ui::models {

void askForFolder(QWidget* parent, app::library::Library& library) {
    auto* dialog =
        new QFileDialog(parent, QCoreApplication::translate("FolderQuestion", "Add a folder with models"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    QObject::connect(dialog, &QFileDialog::fileSelected, &library, &app::library::Library::addFolder);
    dialog->open();
}

} // namespace ui::models
