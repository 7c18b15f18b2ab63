// The folders as a list, and one of them in full.
#include "ui/models/downloaded/folders_view.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QVBoxLayout>

#include "ui/models/downloaded/fact_row.h"
#include "ui/models/downloaded/folder_question.h"
#include "ui/models/downloaded/library_words.h"
#include "ui/models/downloaded/models_folder_bar.h"
#include "ui/models/fit/model_words.h"
#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/button.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/list_delegate.h"
#include "ui/widgets/panel.h"

namespace ui::models {

using app::library::Folder;
using app::library::FolderReport;
using app::library::Library;

namespace {
constexpr int kPathRole = Qt::UserRole + 1;
}

FoldersView::FoldersView(Library& library, QWidget* page) : QObject(page), m_library(library), m_page(page) {
    m_side = buildSide();
    m_main = buildMain();
    connect(&library, &Library::foldersChanged, this, &FoldersView::fill);
    connect(&library, &Library::scanned, this, &FoldersView::fill);
    fill();
}

QWidget* FoldersView::buildSide() {
    auto* side = new widgets::Panel(theme::Token::Window, m_page);
    side->setObjectName(QStringLiteral("foldersSide"));
    m_list = new QListWidget(side);
    m_list->setObjectName(QStringLiteral("folderList"));
    m_list->setAccessibleName(tr("Folders with models"));
    widgets::dressAsFlatList(m_list);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    connect(m_list, &QListWidget::currentRowChanged, this, [this] {
        if (!m_filling) showCurrent();
    });
    auto* add = new widgets::Button(tr("Add folder…"), side, theme::Variant::Normal, theme::Icon::Plus);
    add->setObjectName(QStringLiteral("addFolder"));
    connect(add, &QPushButton::clicked, this, [this] { askForFolder(m_page, m_library); });
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(8, 12, 8, 12);
    layout->setSpacing(theme::metrics::kSpace2);
    layout->addWidget(m_list, 1);
    layout->addWidget(add);
    return side;
}

QWidget* FoldersView::buildMain() {
    auto* main = new widgets::Panel(theme::Token::Base, m_page);
    main->setObjectName(QStringLiteral("foldersMain"));
    m_title = new QLabel(main);
    m_title->setFont(theme::font(theme::TextRole::Figure));
    m_badge = new widgets::Chip(QString(), main, widgets::Tone::Outline, theme::Icon::Lock);
    m_badge->setObjectName(QStringLiteral("folderReadOnly"));
    m_path = new widgets::ElidedLabel(QString(), main);
    m_path->setElideMode(Qt::ElideMiddle);
    m_path->setToken(theme::Token::Muted);
    m_facts = new FactRow({tr("Models"), tr("Size"), tr("Free on its disk")}, main);
    m_note = new QLabel(main);
    m_note->setWordWrap(true);
    m_note->setForegroundRole(QPalette::PlaceholderText);
    m_enabled = new QCheckBox(tr("Show the models of this folder"), main);
    m_enabled->setObjectName(QStringLiteral("folderEnabled"));
    connect(m_enabled, &QCheckBox::clicked, this,
            [this](bool on) { m_library.setFolderEnabled(current().path, on); });
    m_reveal = new widgets::Button(tr("Open folder"), main, theme::Variant::Normal, theme::Icon::Folder);
    connect(m_reveal, &QPushButton::clicked, this, [this] { Q_EMIT revealRequested(current().path); });
    m_remove = new widgets::Button(tr("Take off the list"), main, theme::Variant::Normal, theme::Icon::Close);
    m_remove->setObjectName(QStringLiteral("removeFolder"));
    m_remove->setAccessibleDescription(tr("Its files stay where they are."));
    connect(m_remove, &QPushButton::clicked, this, [this] { m_library.removeFolder(current().path); });
    m_place = new ModelsFolderBar(m_library, main);
    auto* head = new QHBoxLayout;
    head->setSpacing(theme::metrics::kSpace3);
    head->addWidget(m_title);
    head->addWidget(m_badge);
    head->addStretch();
    auto* actions = new QHBoxLayout;
    actions->addWidget(m_reveal);
    actions->addWidget(m_remove);
    actions->addWidget(m_place, 1, Qt::AlignTop);
    actions->addStretch();
    auto* layout = new QVBoxLayout(main);
    layout->setContentsMargins(theme::metrics::kPageMargin, theme::metrics::kSpace4,
                               theme::metrics::kPageMargin, theme::metrics::kPageMargin);
    layout->setSpacing(theme::metrics::kSpace4);
    layout->addLayout(head);
    layout->addWidget(m_path);
    layout->addWidget(m_facts);
    layout->addWidget(m_note);
    layout->addWidget(m_enabled);
    layout->addLayout(actions);
    layout->addStretch();
    return main;
}

void FoldersView::focusList() {
    m_list->setFocus(Qt::OtherFocusReason);
}

Folder FoldersView::current() const {
    const QListWidgetItem* item = m_list->currentItem();
    const QString path = item == nullptr ? QString() : item->data(kPathRole).toString();
    for (const Folder& folder : m_library.folders())
        if (folder.path == path) return folder;
    return {};
}

void FoldersView::fill() {
    const QString chosen = current().path;
    m_filling = true;
    m_list->clear();
    for (const Folder& folder : m_library.folders()) {
        const bool there = m_library.report(folder.path).reachable;
        // Caches of programs that are not here would only be in the way.
        if (folder.isForeign() && folder.enabled && m_library.isScanned() && !there) continue;
        auto* item = new QListWidgetItem(ownerText(folder.owner), m_list);
        item->setData(widgets::kListDetailRole, folder.path);
        item->setData(widgets::kListIconRole,
                      static_cast<int>(folder.isForeign() ? theme::Icon::Lock : theme::Icon::Folder));
        item->setData(kPathRole, folder.path);
        item->setToolTip(folder.path);
        if (!folder.enabled) item->setData(widgets::kListTrailingRole, tr("off"));
        if (folder.path == chosen) m_list->setCurrentItem(item);
    }
    if (m_list->currentItem() == nullptr && m_list->count() > 0) m_list->setCurrentRow(0);
    m_filling = false;
    showCurrent();
}

void FoldersView::showCurrent() {
    const Folder folder = current();
    const FolderReport report = m_library.report(folder.path);
    int models = 0;
    qint64 bytes = 0;
    for (const app::library::EntryPointer& entry : m_library.entries()) {
        if (entry->folder != folder.path) continue;
        ++models;
        bytes += entry->bytes();
    }
    m_title->setText(ownerText(folder.owner));
    m_badge->setText(tr("read-only"));
    m_badge->setVisible(folder.isForeign());
    m_path->setText(folder.path);
    m_facts->setValues({QString::number(models), bytesText(bytes),
                        report.freeBytes > 0 ? bytesText(report.freeBytes) : QString()});
    QStringList notes;
    if (folder.owner == Folder::Owner::own) notes.append(tr("Imported and downloaded models are put here."));
    if (folder.isForeign())
        notes.append(
            tr("Belongs to %1: models are used where they lie, nothing there is changed without asking.")
                .arg(ownerText(folder.owner)));
    if (folder.owner != Folder::Owner::own && folder.enabled && m_library.isScanned() && !report.reachable)
        notes.append(tr("The folder is not there at the moment."));
    if (report.unreadable > 0)
        notes.append(tr("%1 of the folders inside may not be read.").arg(report.unreadable));
    if (report.cutShort) notes.append(tr("There is more inside than is looked at."));
    m_note->setText(notes.join(QLatin1Char('\n')));
    m_note->setVisible(!notes.isEmpty());
    m_enabled->setChecked(folder.enabled);
    m_enabled->setVisible(folder.owner != Folder::Owner::own);
    m_remove->setVisible(folder.owner == Folder::Owner::chosen);
    m_place->setVisible(folder.owner == Folder::Owner::own);
    m_reveal->setEnabled(report.reachable);
}

} // namespace ui::models
