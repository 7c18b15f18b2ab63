// A head and a row for each download, the newest at the bottom.
#include "ui/models/downloads/downloads_drawer.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>
#include <QtConcurrent>

#include "app/storage/free_space.h"
#include "ui/models/downloads/download_row.h"
#include "ui/models/downloads/download_words.h"
#include "ui/models/fit/model_words.h"
#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/announcer.h"
#include "ui/widgets/button.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/text_label.h"

namespace ui::models {

using app::downloads::DownloadListModel;
using app::downloads::DownloadManager;
using app::downloads::DownloadState;
using app::downloads::DownloadStatus;

namespace {
constexpr int kMostRows = 5;      // as high as these; more are scrolled to
constexpr int kLookAfterMs = 500; // by then the room of a new download is taken, that of a deleted one free
} // namespace

DownloadsDrawer::DownloadsDrawer(DownloadManager& manager, QWidget* parent)
    : Panel(theme::Token::Window, parent, Qt::TopEdge),
      m_manager(manager),
      m_announcer(new widgets::Announcer(this)) {
    setObjectName(QStringLiteral("downloadsDrawer"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 1, 0, 4);
    column->setSpacing(0);
    column->addWidget(buildHead());
    m_scroll = new QScrollArea(this);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->viewport()->setAutoFillBackground(false);
    auto* inside = new QWidget(m_scroll);
    inside->setAutoFillBackground(false);
    m_rows = new QVBoxLayout(inside);
    m_rows->setContentsMargins(0, 0, 0, 0);
    m_rows->setSpacing(0);
    m_rows->addStretch();
    m_scroll->setWidget(inside);
    inside->setAutoFillBackground(false);
    column->addWidget(m_scroll);
    const auto takeRows = [this](int first, int last) {
        for (int row = first; row <= last; ++row)
            take(m_manager.model()->statuses().at(row));
    };
    connect(manager.model(), &QAbstractItemModel::rowsInserted, this,
            [takeRows](const QModelIndex&, int first, int last) { takeRows(first, last); });
    connect(
        manager.model(), &QAbstractItemModel::dataChanged, this,
        [takeRows](const QModelIndex& first, const QModelIndex& last) { takeRows(first.row(), last.row()); });
    connect(manager.model(), &QAbstractItemModel::rowsAboutToBeRemoved, this,
            [this](const QModelIndex&, int first, int last) {
                for (int row = first; row <= last; ++row)
                    remove(m_manager.model()->index(row).data(DownloadListModel::IdRole).toString());
            });
    connect(&manager, &DownloadManager::finished, this, [this](const DownloadStatus& status) {
        m_announcer->announce(tr("%1 is downloaded").arg(status.repo));
    });
    m_lookSoon.setSingleShot(true);
    m_lookSoon.setInterval(kLookAfterMs);
    connect(&m_lookSoon, &QTimer::timeout, this, &DownloadsDrawer::lookAtDisk);
    connect(&manager, &DownloadManager::failed, this, [this](const DownloadStatus& status) {
        m_announcer->announce(tr("The download of %1 failed: %2").arg(status.repo, status.problem.text));
    });
    for (const DownloadStatus& status : manager.model()->statuses())
        take(status);
    showHeight();
}

QWidget* DownloadsDrawer::buildHead() {
    auto* head = new QWidget(this);
    head->setFixedHeight(theme::metrics::kTableRowHeight);
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(16, 0, 8, 0);
    row->setSpacing(theme::metrics::kSpace3);
    auto* title = new QLabel(tr("Downloads"), head);
    title->setFont(theme::semibold(theme::font(theme::TextRole::Body)));
    m_summary = new widgets::MutedLabel(theme::TextRole::Caption, head);
    m_summary->setObjectName(QStringLiteral("downloadsSummary"));
    m_all = new widgets::Button(tr("Pause all"), head, theme::Variant::Flat);
    m_all->setObjectName(QStringLiteral("downloadsAll"));
    theme::setSmall(m_all);
    connect(m_all, &QPushButton::clicked, this, [this] {
        if (m_manager.activeCount() > 0)
            m_manager.pauseAll();
        else
            m_manager.resumeAll();
    });
    m_fold = new widgets::IconButton(theme::Icon::Down, tr("Fold the downloads"), head,
                                     widgets::IconButton::Size::Small);
    m_fold->setObjectName(QStringLiteral("downloadsFold"));
    connect(m_fold, &QAbstractButton::clicked, this, [this] { setFolded(!m_folded); });
    row->addWidget(title);
    row->addWidget(m_summary);
    row->addStretch();
    row->addWidget(m_all);
    row->addWidget(m_fold);
    return head;
}

void DownloadsDrawer::setFolded(bool folded) {
    m_folded = folded;
    m_fold->setGlyph(folded ? theme::Icon::Up : theme::Icon::Down);
    m_fold->setName(folded ? tr("Show the downloads") : tr("Fold the downloads"));
    showHeight();
}

void DownloadsDrawer::setFolder(const QString& folder) {
    m_folder = folder;
    lookAtDisk();
}

// A sleeping network disk takes seconds to answer.
void DownloadsDrawer::lookAtDisk() {
    if (m_folder.isEmpty()) return;
    QtConcurrent::run(app::storage::freeSpaceAt, m_folder).then(this, [this](std::optional<qint64> bytes) {
        m_free = bytes ? tr("%1 free").arg(bytesText(*bytes)) : QString();
        showSummary();
    });
}

void DownloadsDrawer::take(const DownloadStatus& status) {
    DownloadRow*& row = m_byId[status.id];
    if (row == nullptr || row->status().state != status.state) m_lookSoon.start();
    if (!row) {
        row = new DownloadRow(status, this);
        m_rows->insertWidget(m_rows->count() - 1, row);
        const QString id = status.id;
        connect(row, &DownloadRow::pauseRequested, &m_manager, [this, id] { m_manager.pause(id); });
        connect(row, &DownloadRow::resumeRequested, &m_manager, [this, id] { m_manager.resume(id); });
        connect(row, &DownloadRow::cancelRequested, &m_manager, [this, id] { m_manager.cancel(id); });
        connect(row, &DownloadRow::revealRequested, this,
                [this, row] { Q_EMIT revealRequested(row->status().path); });
        showHeight();
    } else {
        const int height = row->height();
        row->setStatus(status);
        if (row->height() != height) showHeight();
    }
    showSummary();
}

void DownloadsDrawer::remove(const QString& id) {
    DownloadRow* row = m_byId.take(id);
    if (!row) return;
    m_rows->removeWidget(row);
    row->deleteLater();
    row->hide();
    m_lookSoon.start();
    showHeight();
    showSummary();
}

void DownloadsDrawer::showSummary() {
    QString text = summaryText(m_manager.model()->statuses());
    if (!m_free.isEmpty()) text += QStringLiteral(" · ") + m_free;
    m_summary->setText(text);
    const bool active = m_manager.activeCount() > 0;
    const bool paused = std::any_of(m_byId.begin(), m_byId.end(), [](const DownloadRow* row) {
        return row->status().state == DownloadState::paused;
    });
    m_all->setVisible(active || paused);
    m_all->setText(active ? tr("Pause all") : tr("Resume all"));
}

void DownloadsDrawer::showHeight() {
    int height = 0;
    for (const DownloadRow* row : std::as_const(m_byId))
        height += row->height();
    m_scroll->setVisible(!m_folded && height > 0);
    m_scroll->setFixedHeight(qMin(height, kMostRows * theme::metrics::kTableRowHeight));
    setVisible(!m_byId.isEmpty());
}

} // namespace ui::models
