// A row for each folder that is there.
#include "ui/first_run/folders_step.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSet>
#include <QVBoxLayout>

#include "ui/models/downloaded/folder_question.h"
#include "ui/models/downloaded/library_words.h"
#include "ui/models/downloaded/models_folder_bar.h"
#include "ui/models/fit/model_words.h"
#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/button.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/panel.h"

namespace ui::first_run {

namespace metrics = theme::metrics;
using app::library::Folder;
using app::library::Library;

namespace {

constexpr int kCardWidth = 620;

QString countText(const Library& library, const QString& folder) {
    int models = 0;
    qint64 bytes = 0;
    for (const app::library::EntryPointer& entry : library.entries()) {
        if (entry->folder != folder) continue;
        ++models;
        bytes += entry->bytes();
    }
    if (models == 0) return FoldersStep::tr("no models");
    const QString size = models::bytesText(bytes);
    return models == 1 ? FoldersStep::tr("1 model, %1").arg(size)
                       : FoldersStep::tr("%1 models, %2").arg(models).arg(size);
}

} // namespace

FoldersStep::FoldersStep(Library& library, QWidget* parent)
    : QWidget(parent),
      m_library(library),
      m_card(new widgets::Card(this)),
      m_rows(new QVBoxLayout(m_card)),
      m_ownHead(new QLabel(m_card)) {
    m_rows->setSpacing(metrics::kSpace4);
    m_card->setMaximumWidth(kCardWidth);
    auto* add = new widgets::Button(tr("Add folder…"), this, theme::Variant::Normal, theme::Icon::Plus);
    add->setObjectName(QStringLiteral("firstRunAddFolder"));
    connect(add, &QAbstractButton::clicked, this, [this] { models::askForFolder(this, m_library); });
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(metrics::kSpace3);
    layout->addWidget(m_card);
    layout->addWidget(add, 0, Qt::AlignLeading);
    layout->addStretch(1);
    m_own = addRow(m_ownHead, QString());
    auto* place = new models::ModelsFolderBar(library, m_own.widget);
    place->setContentsMargins(0, metrics::kSpace1, 0, 0);
    m_own.widget->layout()->addWidget(place);
    for (const auto signal : {&Library::foldersChanged, &Library::scanned, &Library::settled})
        connect(&library, signal, this, &FoldersStep::fill);
    fill();
}

// Programs that are not here are left out: their folders would only be in the way. A row that was shown stays
// while its folder is known, so that what is switched does not go away under the hand.
void FoldersStep::fill() {
    QSet<QString> known;
    for (const Folder& folder : m_library.folders()) {
        const auto report = m_library.report(folder.path);
        const QString count = countText(m_library, folder.path);
        if (folder.owner == Folder::Owner::own) {
            m_own.amount->setText(count);
            m_own.path->setText(folder.path);
            m_ownHead->setText(
                report.freeBytes > 0
                    ? tr("New models are put here: %1 free").arg(models::bytesText(report.freeBytes))
                    : tr("New models are put here"));
            continue;
        }
        known.insert(folder.path);
        if (folder.isForeign() && !report.reachable && !m_shown.contains(folder.path)) continue;
        if (!m_shown.contains(folder.path)) {
            QCheckBox* box = makeBox(folder);
            m_shown.insert(folder.path, addRow(box, folder.path));
            m_shown[folder.path].box = box;
        }
        const Row& row = m_shown[folder.path];
        row.amount->setText(folder.enabled ? count : tr("off"));
        row.box->setChecked(folder.enabled);
        row.box->setAccessibleDescription(folder.path + QStringLiteral(", ") + count);
    }
    for (auto row = m_shown.begin(); row != m_shown.end();) {
        if (known.contains(row.key())) {
            ++row;
            continue;
        }
        row->widget->deleteLater();
        row = m_shown.erase(row);
    }
}

QCheckBox* FoldersStep::makeBox(const Folder& folder) {
    auto* box = new QCheckBox(folder.owner == Folder::Owner::chosen
                                  ? tr("Use the models of this folder")
                                  : tr("Use the models of %1").arg(models::ownerText(folder.owner)),
                              m_card);
    box->setObjectName(QStringLiteral("folder:") + folder.path);
    connect(box, &QCheckBox::clicked, this,
            [this, path = folder.path](bool on) { m_library.setFolderEnabled(path, on); });
    return box;
}

FoldersStep::Row FoldersStep::addRow(QWidget* head, const QString& path) {
    Row row;
    row.widget = new QWidget(m_card);
    row.amount = new QLabel(row.widget);
    row.amount->setForegroundRole(QPalette::PlaceholderText);
    row.path = new widgets::ElidedLabel(path, row.widget);
    row.path->setElideMode(Qt::ElideMiddle);
    row.path->setFont(theme::font(theme::TextRole::Small));
    row.path->setToken(theme::Token::Muted);
    auto* line = new QHBoxLayout;
    line->addWidget(head, 1);
    line->addWidget(row.amount);
    auto* layout = new QVBoxLayout(row.widget);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(metrics::kSpace1);
    layout->addLayout(line);
    layout->addWidget(row.path);
    m_rows->addWidget(row.widget);
    return row;
}

} // namespace ui::first_run
