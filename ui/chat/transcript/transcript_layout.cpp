// Where the messages stand, how the view follows or keeps its place, and what is done between frames.
#include <QApplication>
#include <QScrollBar>
#include <QWheelEvent>
#include <algorithm>

#include "ui/chat/transcript/jump_pill.h"
#include "ui/chat/transcript/message_widget.h"
#include "ui/chat/transcript/transcript_view.h"

namespace ui::chat::transcript {
namespace {

constexpr int kColumn = 800;
constexpr int kSideMargin = 24;
constexpr int kTopMargin = 16;
constexpr int kBottomMargin = 16;
constexpr int kIdleSliceMs = 8;
constexpr int kIdlePauseMs = 4;
constexpr int kDetach = 2;  // px that the person scrolls up until the view stops following
constexpr int kAttach = 24; // px from the end within which it follows again

// A reply's row of actions is part of its height, so less follows it.
int gapAfter(const MessageWidget* widget) {
    return widget->message().role == Role::User ? 14 : 4;
}

} // namespace

int TranscriptView::columnWidth() const {
    // On a narrow view the margins shrink before the text does. The scroll bar lies in the margin, so that
    // its coming moves nothing, and the composer below stands under the text.
    const int margin = width() < 480 ? 12 : kSideMargin;
    return qMax(160, qMin(kColumn, width() - 2 * margin));
}

int TranscriptView::columnLeft() const {
    const int bar = isRightToLeft() ? width() - viewport()->width() : 0;
    return qMax(0, (width() - columnWidth()) / 2 - bar);
}

void TranscriptView::scheduleFlush() {
    const qint64 since = m_sinceFlush.elapsed();
    if (since >= m_flushInterval)
        flush();
    else if (!m_flushTimer.isActive())
        m_flushTimer.start(static_cast<int>(m_flushInterval - since), Qt::PreciseTimer, this);
}

TranscriptView::Anchor TranscriptView::anchor() const {
    const int top = verticalScrollBar()->value();
    // The first message whose end is below the top edge.
    const auto found = std::partition_point(
        m_widgets.begin(), m_widgets.end(),
        [&](const MessageWidget* widget) { return widget->y() + widget->height() <= top; });
    if (found == m_widgets.end()) return {};
    return {firstBuiltRow() + static_cast<int>(found - m_widgets.begin()), top - (*found)->y()};
}

void TranscriptView::restore(const Anchor& anchor) {
    if (m_following) {
        // While a selection is being drawn the text stays under the pointer.
        const bool selecting = QApplication::mouseButtons().testFlag(Qt::LeftButton) &&
                               isAncestorOf(QApplication::focusWidget());
        if (!selecting) setScrollValue(verticalScrollBar()->maximum());
    } else if (const MessageWidget* widget = widgetAt(anchor.row)) {
        setScrollValue(widget->y() + anchor.offset);
    }
    placePill();
}

// Lays out the messages that are on screen (and a little more), from the place that is kept.
void TranscriptView::layOutVisible(const Anchor& anchor) {
    const int width = columnWidth();
    const int enough = viewport()->height() * 3 / 2;
    const TextStyle now = style();
    const auto layOut = [&](MessageWidget* widget) {
        widget->setStyleOf(now);
        if (widget->isStale(width)) widget->layOut(width);
        return widget->height();
    };
    int height = 0;
    if (m_following || anchor.row < 0) {
        for (auto widget = m_widgets.rbegin(); widget != m_widgets.rend() && height < enough; ++widget)
            height += layOut(*widget);
    } else {
        const int first = anchor.row - firstBuiltRow();
        height = -anchor.offset;
        for (qsizetype i = qMax(0, first - 1); i < m_widgets.size() && height < enough; ++i) {
            const int own = layOut(m_widgets[i]);
            if (i >= first) height += own;
        }
    }
    placeAll();
}

void TranscriptView::placeAll() {
    const int left = columnLeft();
    int y = kTopMargin;
    for (qsizetype i = 0; i < m_widgets.size(); ++i) {
        MessageWidget* widget = m_widgets[i];
        if (widget->pos() != QPoint(left, y)) widget->move(left, y);
        y += widget->height() + (i + 1 < m_widgets.size() ? gapAfter(widget) : kBottomMargin);
    }
    const int height = qMax(y, viewport()->height());
    // A widget's coordinates end at 2^24.
    m_content->resize(viewport()->width(), qMin(height, QWIDGETSIZE_MAX));
    const bool own = std::exchange(m_ownScroll, true);
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setRange(0, qMax(0, m_content->height() - viewport()->height()));
    m_ownScroll = own;
    scheduleIdleWork();
}

void TranscriptView::keepPlaceAndLayOut() {
    const Anchor place = anchor();
    viewport()->setUpdatesEnabled(false);
    layOutVisible(place);
    restore(place);
    viewport()->setUpdatesEnabled(true);
}

void TranscriptView::setScrollValue(int value) {
    const bool own = std::exchange(m_ownScroll, true);
    verticalScrollBar()->setValue(value);
    m_ownScroll = own;
    m_lastValue = verticalScrollBar()->value();
    m_content->move(0, -m_lastValue);
}

void TranscriptView::scrollContentsBy(int, int) {
    const int value = verticalScrollBar()->value();
    m_content->move(0, -value);
    if (m_ownScroll) {
        m_lastValue = value;
        return;
    }
    followScroll(value);
    // Messages that come into view for the first time since the width or the look has changed.
    const int top = value - viewport()->height() / 2;
    const int bottom = value + viewport()->height() * 3 / 2;
    for (const MessageWidget* widget : std::as_const(m_widgets)) {
        if (widget->y() + widget->height() < top) continue;
        if (widget->y() > bottom) break;
        if (widget->isStale(columnWidth())) {
            keepPlaceAndLayOut();
            break;
        }
    }
    placePill();
}

void TranscriptView::followScroll(int value) {
    const int moved = value - m_lastValue;
    m_lastValue = value;
    const int distance = verticalScrollBar()->maximum() - value;
    if (m_following) {
        m_detachSum = moved < 0 ? m_detachSum - moved : 0;
        if (m_detachSum > kDetach) setFollowing(false);
    } else if (moved > 0 && distance <= kAttach) {
        setFollowing(true);
    }
}

void TranscriptView::setFollowing(bool following) {
    m_detachSum = 0;
    if (following) m_newText = false;
    if (m_following == following) return;
    m_following = following;
    placePill();
    Q_EMIT followingChanged(following);
}

void TranscriptView::placePill() {
    const int distance = verticalScrollBar()->maximum() - verticalScrollBar()->value();
    const bool wanted = !m_following && distance > kAttach && (m_newText || distance > viewport()->height());
    if (wanted) {
        m_pill->setNewText(m_newText);
        m_pill->move((viewport()->width() - m_pill->width()) / 2,
                     viewport()->height() - m_pill->height() - 12);
        if (!m_pill->isVisible()) m_pill->raise();
    }
    if (m_pill->isVisibleTo(this) == wanted) return;
    // The focus must not be lost with the button.
    if (!wanted && m_pill->hasFocus()) setFocus(Qt::OtherFocusReason);
    m_pill->setVisible(wanted);
}

void TranscriptView::scrollToEnd() {
    setFollowing(true);
    keepPlaceAndLayOut();
}

void TranscriptView::scrollToMessage(MessageId id) {
    const int row = rowOf(id);
    if (row < 0) return;
    while (firstBuiltRow() > row && !buildOlder(QDeadlineTimer::Forever)) {
    }
    setFollowing(false);
    for (int i = 0; i < 2; ++i) {
        // Twice: the first time may lay out what stands between.
        layOutVisible({row, 0});
        setScrollValue(qMax(0, widgetAt(row)->y() - kTopMargin));
    }
    followScroll(verticalScrollBar()->value());
    if (verticalScrollBar()->maximum() - verticalScrollBar()->value() <= 2) setFollowing(true);
    placePill();
}

// The reader looks at the middle of this message and not at its end.
bool TranscriptView::isReaderInside(int row) const {
    const MessageWidget* widget = widgetAt(row);
    return widget != nullptr && (!m_following || widget->isAncestorOf(QApplication::focusWidget()));
}

void TranscriptView::resizeEvent(QResizeEvent* event) {
    QAbstractScrollArea::resizeEvent(event);
    keepPlaceAndLayOut();
}

void TranscriptView::showEvent(QShowEvent* event) {
    QAbstractScrollArea::showEvent(event);
    keepPlaceAndLayOut();
    scheduleIdleWork();
}

void TranscriptView::scheduleIdleWork() {
    if (!m_idleTimer.isActive() && !m_messages.isEmpty()) m_idleTimer.start(kIdlePauseMs, this);
}

void TranscriptView::idleWork() {
    const QDeadlineTimer deadline(kIdleSliceMs);
    const bool built = buildOlder(deadline);
    const bool laidOut = built && layOutStale(deadline);
    if (built && laidOut) m_idleTimer.stop();
}

// Older messages, from the newest unbuilt one upwards. A long one is made over several slices before it is
// shown.
bool TranscriptView::buildOlder(QDeadlineTimer deadline) {
    if (firstBuiltRow() == 0) return true;
    const Anchor place = anchor();
    bool changed = false;
    while (firstBuiltRow() > 0) {
        if (m_half == nullptr) m_half = makeWidget(firstBuiltRow() - 1);
        if (!m_half->build(deadline)) break;
        m_half->setStyleOf(style());
        m_half->layOut(columnWidth());
        m_half->show();
        m_widgets.prepend(std::exchange(m_half, nullptr));
        changed = true;
        if (deadline.hasExpired()) break;
    }
    if (changed) {
        viewport()->setUpdatesEnabled(false);
        placeAll();
        restore(place);
        viewport()->setUpdatesEnabled(true);
    }
    return firstBuiltRow() == 0;
}

bool TranscriptView::layOutStale(QDeadlineTimer deadline) {
    const int width = columnWidth();
    const TextStyle now = style();
    const Anchor place = anchor();
    bool changed = false;
    bool done = true;
    for (MessageWidget* widget : std::as_const(m_widgets)) {
        widget->setStyleOf(now);
        if (!widget->isStale(width)) continue;
        if (deadline.hasExpired()) {
            done = false;
            break;
        }
        widget->layOut(width);
        changed = true;
    }
    if (changed) {
        viewport()->setUpdatesEnabled(false);
        placeAll();
        restore(place);
        viewport()->setUpdatesEnabled(true);
    }
    return done;
}

void TranscriptView::wheelEvent(QWheelEvent* event) {
    if (event->modifiers().testFlag(Qt::ControlModifier)) {
        setZoom(m_zoom + (event->angleDelta().y() > 0 ? 0.1 : -0.1));
        event->accept();
        return;
    }
    QAbstractScrollArea::wheelEvent(event);
}

} // namespace ui::chat::transcript
