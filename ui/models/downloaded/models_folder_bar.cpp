// Asking, and what speaks against a folder.
#include "ui/models/downloaded/models_folder_bar.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QVBoxLayout>

#include "ui/theme/metrics.h"
#include "ui/widgets/button.h"
#include "ui/widgets/text_label.h"

namespace ui::models {

using app::library::Library;

ModelsFolderBar::ModelsFolderBar(Library& library, QWidget* parent)
    : QWidget(parent),
      m_library(library),
      m_change(new widgets::Button(tr("Put models elsewhere…"), this)),
      m_reset(new widgets::Button(tr("Use the standard folder"), this)),
      m_problem(new widgets::TextLabel(theme::TextRole::Small, this)) {
    setObjectName(QStringLiteral("modelsFolderBar"));
    m_change->setObjectName(QStringLiteral("changeModelsFolder"));
    m_change->setAccessibleDescription(
        tr("For models that are downloaded, imported or made from now on. Those that are here stay where "
           "they are."));
    m_change->setToolTip(m_change->accessibleDescription());
    m_reset->setObjectName(QStringLiteral("resetModelsFolder"));
    m_problem->setObjectName(QStringLiteral("modelsFolderProblem"));
    m_problem->setWordWrap(true);
    m_problem->hide();
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(theme::metrics::kSpace2);
    buttons->addWidget(m_change);
    buttons->addWidget(m_reset);
    buttons->addStretch();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(theme::metrics::kSpace1);
    column->addLayout(buttons);
    column->addWidget(m_problem);
    setFocusProxy(m_change);
    connect(m_change, &QAbstractButton::clicked, this, &ModelsFolderBar::ask);
    connect(m_reset, &QAbstractButton::clicked, this, [this] {
        m_change->setFocus(); // before the one that has it goes
        take(m_library.standardFolder());
    });
    connect(&library, &Library::foldersChanged, this, &ModelsFolderBar::refresh);
    refresh();
}

void ModelsFolderBar::ask() {
    auto* dialog = new QFileDialog(window(), tr("Put models into"), m_library.modelsFolder());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, this, &ModelsFolderBar::take);
    dialog->open();
}

void ModelsFolderBar::take(const QString& folder) {
    const QFileInfo info(folder);
    QString problem;
    // The standard one is made when it is first needed.
    if (folder != m_library.standardFolder() && !(info.isDir() && info.isWritable()))
        problem = tr("Nothing can be written to %1. Models still go to %2.");
    else if (!m_library.setModelsFolder(folder))
        problem =
            tr("Another program keeps its models in %1. Choose a folder of your own; until then models "
               "go to %2.");
    m_problem->setText(problem.isEmpty() ? QString() : problem.arg(folder, m_library.modelsFolder()));
    m_problem->setVisible(!problem.isEmpty());
    m_change->setAccessibleDescription(problem.isEmpty() ? m_change->toolTip() : m_problem->text());
}

void ModelsFolderBar::refresh() {
    m_reset->setVisible(m_library.modelsFolder() != m_library.standardFolder());
    m_reset->setToolTip(m_library.standardFolder());
}

} // namespace ui::models
