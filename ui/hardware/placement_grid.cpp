// Painting and walking of the grid. The cells are painted into a picture once, so that moving the frame of
// the current one costs nothing with 94 x 128 of them.
#include "ui/hardware/placement_grid.h"

#include <QAccessible>
#include <QCoreApplication>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>

#include "ui/theme/focus_ring.h"
#include "ui/theme/fonts.h"

namespace ui::hardware {

using app::hardware::PlacementMap;
using app::hardware::Tier;
using theme::Token;

namespace {
constexpr int kLeft = 30, kTop = 6, kBottom = 22; // for the numbers
constexpr int kLeastHeight = 240, kLeastRow = 4;
constexpr double kGapFrom = 4; // cells at least this large stand apart
constexpr int kRowsBetweenNumbers = 8;
} // namespace

Token tierToken(Tier tier) {
    return tier == Tier::gpu ? Token::TierVram : tier == Tier::memory ? Token::TierRam : Token::TierDisk;
}

QString tierName(Tier tier) {
    return tier == Tier::gpu      ? PlacementGrid::tr("VRAM")
           : tier == Tier::memory ? PlacementGrid::tr("RAM")
                                  : PlacementGrid::tr("Disk");
}

qreal heatOpacity(int level) {
    constexpr qreal kSteps[app::hardware::kHeatLevels] = {0.34, 0.48, 0.64, 0.82, 1.0};
    return kSteps[qBound(0, level, app::hardware::kHeatLevels - 1)];
}

PlacementGrid::PlacementGrid(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("placementGrid"));
    setAccessibleName(tr("Experts by layer"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setProperty(theme::kWearsRing, true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void PlacementGrid::setMap(const PlacementMap& map) {
    m_map = map;
    setMinimumHeight(qMax(kLeastHeight, map.layers() * kLeastRow + kTop + kBottom));
    const bool there = m_current.isValid() && m_current.row < m_map.layers() &&
                       m_current.expert < m_map.expertsOf(m_current.row);
    if (!there) m_current = {};
    invalidate();
    Q_EMIT currentChanged();
}

void PlacementGrid::setOrder(Order order) {
    m_order = order;
    invalidate();
}

void PlacementGrid::setCurrent(Cell cell) {
    if (cell == m_current) return;
    m_current = cell;
    if (cell.isValid()) {
        setAccessibleDescription(
            tr("Layer %1, expert %2, in %3, rank %4 of %5, %6 % of the layer's calls")
                .arg(m_map.layerNumber(cell.row))
                .arg(cell.expert)
                .arg(tierName(m_map.tier(cell.row, cell.expert)))
                .arg(m_map.rank(cell.row, cell.expert) + 1)
                .arg(m_map.expertsOf(cell.row))
                .arg(QLocale::c().toString(100 * m_map.share(cell.row, cell.expert), 'f', 1)));
        QAccessibleEvent event(this, QAccessible::DescriptionChanged);
        QAccessible::updateAccessibility(&event);
    }
    update();
    Q_EMIT currentChanged();
}

int PlacementGrid::expertAt(int row, int column) const {
    return m_order == Order::hottestFirst ? m_map.expertAtRank(row, column) : column;
}

int PlacementGrid::columnOf(Cell cell) const {
    return m_order == Order::hottestFirst ? m_map.rank(cell.row, cell.expert) : cell.expert;
}

QRect PlacementGrid::cells() const {
    return rect().adjusted(isRightToLeft() ? 0 : kLeft, kTop, isRightToLeft() ? -kLeft : 0, -kBottom);
}

QRectF PlacementGrid::cellRect(int row, int column) const {
    const QRect all = cells();
    const double w = static_cast<double>(all.width()) / m_map.experts();
    const double h = qMin(static_cast<double>(all.height()) / m_map.layers(), 24.0);
    const double x = isRightToLeft() ? all.right() + 1 - (column + 1) * w : all.left() + column * w;
    return {x, all.top() + row * h, w, h};
}

void PlacementGrid::paintCells(QPainter* painter) const {
    const theme::Palette palette = theme::Palette::of(this);
    const QRectF first = cellRect(0, 0);
    const double gapX = first.width() >= kGapFrom ? 1 : 0, gapY = first.height() >= kGapFrom ? 1 : 0;
    for (int row = 0; row < m_map.layers(); ++row) {
        for (int column = 0; column < m_map.expertsOf(row); ++column) {
            const int expert = expertAt(row, column);
            QColor color = palette[tierToken(m_map.tier(row, expert))];
            const int level = m_map.hasHeat() ? m_map.heatLevel(row, expert) : app::hardware::kHeatLevels / 2;
            color.setAlphaF(static_cast<float>(heatOpacity(level)));
            // Snapped to pixels: cells of broken widths would have blurred, uneven gaps.
            const QRectF cell = cellRect(row, column);
            const int left = qRound(cell.left()), top = qRound(cell.top());
            painter->fillRect(left, top, qMax(1, qRound(cell.right() - gapX) - left),
                              qMax(1, qRound(cell.bottom() - gapY) - top), color);
        }
    }
}

void PlacementGrid::paintNumbers(QPainter* painter) const {
    painter->setFont(theme::font(theme::TextRole::Caption));
    painter->setPen(theme::Palette::of(this)[Token::Muted]);
    const QRect all = cells();
    const int edge = isRightToLeft() ? all.right() + 1 : 0;
    for (int row = 0; row < m_map.layers(); row += kRowsBetweenNumbers) {
        const QRectF cell = cellRect(row, 0);
        painter->drawText(QRectF(edge, cell.center().y() - 9, kLeft - 8, 18),
                          Qt::AlignRight | Qt::AlignVCenter, QString::number(m_map.layerNumber(row)));
    }
    const QRectF foot(all.left(), cellRect(m_map.layers() - 1, 0).bottom() + 3, all.width(), kBottom - 4);
    const bool hottest = m_order == Order::hottestFirst;
    painter->drawText(foot, Qt::AlignLeading | Qt::AlignTop, hottest ? tr("hottest") : QStringLiteral("0"));
    painter->drawText(foot, Qt::AlignTrailing | Qt::AlignTop,
                      hottest ? tr("coldest") : QString::number(m_map.experts() - 1));
    for (int quarter = 1; quarter < 4; ++quarter) {
        const int column = m_map.experts() * quarter / 4;
        const QRectF cell = cellRect(0, column);
        painter->drawText(QRectF(cell.center().x() - 30, foot.top(), 60, foot.height()),
                          Qt::AlignHCenter | Qt::AlignTop, QString::number(column));
    }
}

void PlacementGrid::paintEvent(QPaintEvent*) {
    if (m_map.isEmpty()) return;
    if (m_picture.isNull()) {
        m_picture = QPixmap(size() * devicePixelRatioF());
        m_picture.setDevicePixelRatio(devicePixelRatioF());
        m_picture.fill(Qt::transparent);
        QPainter painter(&m_picture);
        paintCells(&painter);
        paintNumbers(&painter);
    }
    QPainter painter(this);
    painter.drawPixmap(0, 0, m_picture);
    if (!m_current.isValid()) return;
    painter.setPen(QPen(theme::Palette::of(this)[Token::Text], 1.5));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(cellRect(m_current.row, columnOf(m_current)).adjusted(-1, -1, 0.5, 0.5));
}

void PlacementGrid::invalidate() {
    m_picture = QPixmap();
    update();
}

void PlacementGrid::resizeEvent(QResizeEvent*) {
    invalidate();
}

void PlacementGrid::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::LayoutDirectionChange)
        invalidate();
    QWidget::changeEvent(event);
}

PlacementGrid::Cell PlacementGrid::cellAt(const QPoint& point) const {
    if (m_map.isEmpty()) return {};
    const QRectF first = cellRect(0, 0);
    const double x = isRightToLeft() ? first.right() - point.x() : point.x() - first.left();
    if (x < 0 || point.y() < first.top()) return {};
    const int column = static_cast<int>(x / first.width());
    const int row = static_cast<int>((point.y() - first.top()) / first.height());
    if (row >= m_map.layers() || column >= m_map.expertsOf(row)) return {};
    return {row, expertAt(row, column)};
}

void PlacementGrid::mouseMoveEvent(QMouseEvent* event) {
    if (const Cell cell = cellAt(event->position().toPoint()); cell.isValid()) setCurrent(cell);
}

// Who comes by keys stands on a cell at once, and hears which.
void PlacementGrid::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    if (event->reason() != Qt::MouseFocusReason && !m_map.isEmpty() && !m_current.isValid())
        setCurrent({0, expertAt(0, 0)});
}

void PlacementGrid::keyPressEvent(QKeyEvent* event) {
    if (m_map.isEmpty()) return QWidget::keyPressEvent(event);
    int row = qMax(m_current.row, 0), column = m_current.isValid() ? columnOf(m_current) : 0;
    const int forward = isRightToLeft() ? -1 : 1;
    switch (event->key()) {
        case Qt::Key_Left:
            column -= forward;
            break;
        case Qt::Key_Right:
            column += forward;
            break;
        case Qt::Key_Up:
            --row;
            break;
        case Qt::Key_Down:
            ++row;
            break;
        case Qt::Key_Home:
            column = 0;
            break;
        case Qt::Key_End:
            column = m_map.experts();
            break;
        default:
            return QWidget::keyPressEvent(event);
    }
    row = qBound(0, row, m_map.layers() - 1);
    column = qBound(0, column, m_map.expertsOf(row) - 1);
    setCurrent({row, expertAt(row, column)});
}

} // namespace ui::hardware
