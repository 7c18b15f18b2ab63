// Head, rows, button.
#include "ui/models/explore/variant_list.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QStyle>

#include "ui/models/explore/variant_delegate.h"
#include "ui/models/fit/variant_row.h"
#include "ui/widgets/button.h"
#include "ui/widgets/worded_rows.h"

namespace ui::models {

using app::downloads::VariantListModel;
using app::downloads::VariantRow;

VariantList::VariantList(VariantListModel& variants, QWidget* parent)
    : QListView(parent),
      m_variants(variants),
      m_download(
          new widgets::Button(tr("Download"), viewport(), theme::Variant::Primary, theme::Icon::Download)) {
    setObjectName(QStringLiteral("variantList"));
    setAccessibleName(tr("Variants"));
    setFrameShape(QFrame::NoFrame);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setEditTriggers(NoEditTriggers);
    setMouseTracking(true);
    setItemDelegate(new VariantDelegate(this));
    theme::setSmall(m_download);
    m_download->setObjectName(QStringLiteral("variantDownload"));
    m_download->hide();
    auto* rows = new widgets::WordedRows(
        variants,
        [](const QModelIndex& index) {
            return variantText(index.data(VariantListModel::VariantRole).value<VariantRow>());
        },
        this);
    setModel(rows);
    connect(m_download, &QPushButton::clicked, this,
            [this] { Q_EMIT downloadRequested(currentIndex().row()); });
    connect(rows, &QAbstractItemModel::modelReset, this, [this] {
        m_chosen = false;
        followRecommendation();
    });
    connect(rows, &QAbstractItemModel::dataChanged, this, &VariantList::followRecommendation);
    followRecommendation();
}

void VariantList::setDownloadable(bool downloadable) {
    m_downloadable = downloadable;
    placeButton();
}

void VariantList::followRecommendation() {
    if (!m_chosen && m_variants.recommendedRow() >= 0 &&
        currentIndex().row() != m_variants.recommendedRow()) {
        setCurrentIndex(model()->index(m_variants.recommendedRow(), 0));
        m_chosen = false;
    }
    placeButton();
}

void VariantList::currentChanged(const QModelIndex& current, const QModelIndex& previous) {
    QListView::currentChanged(current, previous);
    if (hasFocus()) m_chosen = true;
    placeButton();
    Q_EMIT rowChosen();
}

void VariantList::placeButton() {
    const VariantRow* row = m_variants.row(currentIndex().row());
    m_download->setVisible(row && !row->heading && m_downloadable);
    if (!row) return;
    m_download->setAccessibleName(tr("Download %1").arg(variantText(*row)));
    const QRect at = VariantColumns::of(visualRect(currentIndex()), layoutDirection()).action;
    m_download->setGeometry(QStyle::alignedRect(layoutDirection(), Qt::AlignRight | Qt::AlignVCenter,
                                                m_download->sizeHint(), at));
}

void VariantList::resizeEvent(QResizeEvent* event) {
    QListView::resizeEvent(event);
    placeButton();
}

void VariantList::paintEvent(QPaintEvent* event) {
    QListView::paintEvent(event);
    placeButton(); // after a scroll
}

// The arrow of a row that is not chosen yet downloads it at once.
void VariantList::mousePressEvent(QMouseEvent* event) {
    const QModelIndex index = indexAt(event->pos());
    const bool arrow = index.isValid() && index != currentIndex() && m_downloadable &&
                       VariantColumns::of(visualRect(index), layoutDirection())
                           .action.adjusted(-12, 0, 12, 0)
                           .contains(event->pos());
    m_pressed = arrow ? index.row() : -1;
    if (index.isValid()) m_chosen = true;
    QListView::mousePressEvent(event);
}

void VariantList::mouseReleaseEvent(QMouseEvent* event) {
    QListView::mouseReleaseEvent(event);
    const int pressed = std::exchange(m_pressed, -1);
    if (pressed >= 0 && indexAt(event->pos()).row() == pressed) Q_EMIT downloadRequested(pressed);
}

void VariantList::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        if (m_download->isVisible()) Q_EMIT downloadRequested(currentIndex().row());
        return;
    }
    QListView::keyPressEvent(event);
}

} // namespace ui::models
