// The transcript by keyboard: between messages, through what can be reached in them, and to what is looked
// for.
#include <QApplication>
#include <QKeyEvent>
#include <QScrollBar>
#include <QTextBlock>
#include <QTextCursor>

#include "ui/chat/markdown/parse.h"
#include "ui/chat/transcript/block_face.h"
#include "ui/chat/transcript/message_widget.h"
#include "ui/chat/transcript/transcript_view.h"
#include "ui/widgets/reading_order.h"

namespace ui::chat::transcript {
namespace {

constexpr int kAir = 16; // between what is made visible and the edge

int occurrences(const QString& text, const QString& words) {
    return static_cast<int>(text.count(words, Qt::CaseInsensitive));
}

} // namespace

void TranscriptView::keyPressEvent(QKeyEvent* event) {
    const bool control = event->modifiers().testFlag(Qt::ControlModifier);
    if (control && event->key() == Qt::Key_Up) return focusPreviousMessage();
    if (control && event->key() == Qt::Key_Down) return focusNextMessage();
    if (control && event->key() == Qt::Key_Home) return static_cast<void>(scrollByKey(Qt::Key_Home));
    if (control && event->key() == Qt::Key_End) return scrollToEnd();
    const bool plain = (event->modifiers() & ~Qt::KeypadModifier) == Qt::NoModifier;
    if (plain && scrollByKey(event->key())) return;
    event->ignore();
}

bool TranscriptView::scrollByKey(int key) {
    QScrollBar* bar = verticalScrollBar();
    switch (key) {
        case Qt::Key_Up:
            bar->triggerAction(QAbstractSlider::SliderSingleStepSub);
            return true;
        case Qt::Key_Down:
            bar->triggerAction(QAbstractSlider::SliderSingleStepAdd);
            return true;
        case Qt::Key_PageUp:
            bar->triggerAction(QAbstractSlider::SliderPageStepSub);
            return true;
        case Qt::Key_PageDown:
        case Qt::Key_Space:
            bar->triggerAction(QAbstractSlider::SliderPageStepAdd);
            return true;
        case Qt::Key_Home:
            bar->triggerAction(QAbstractSlider::SliderToMinimum);
            return true;
        case Qt::Key_End:
            scrollToEnd();
            return true;
        default:
            return false;
    }
}

int TranscriptView::focusedRow() const {
    const QWidget* focus = QApplication::focusWidget();
    if (focus == nullptr || !isAncestorOf(focus)) return -1;
    for (qsizetype i = 0; i < m_widgets.size(); ++i)
        if (m_widgets[i] == focus || m_widgets[i]->isAncestorOf(focus))
            return firstBuiltRow() + static_cast<int>(i);
    return -1;
}

MessageId TranscriptView::focusedMessage() const {
    const int row = focusedRow();
    return row < 0 ? 0 : m_messages[row].id;
}

void TranscriptView::focusRow(int row, Qt::FocusReason reason) {
    if (row < 0 || row >= count()) return;
    while (firstBuiltRow() > row && !buildOlder(QDeadlineTimer::Forever)) {
    }
    MessageWidget* widget = widgetAt(row);
    widget->setFocus(reason);
    // A message higher than the view shows its beginning.
    const int most = qMin(widget->height(), viewport()->height() - 2 * kAir);
    ensureVisible(widget, QRect(0, 0, widget->width(), most));
}

void TranscriptView::focusNextMessage() {
    const int row = focusedRow();
    focusRow(row < 0 ? count() - 1 : qMin(row + 1, count() - 1), Qt::OtherFocusReason);
}

void TranscriptView::focusPreviousMessage() {
    const int row = focusedRow();
    focusRow(row < 0 ? count() - 1 : qMax(row - 1, 0), Qt::OtherFocusReason);
}

void TranscriptView::ensureVisible(QWidget* widget, const QRect& rect) {
    const QRect box(widget->mapTo(m_content, rect.topLeft()), rect.size());
    const int top = verticalScrollBar()->value();
    const int bottom = top + viewport()->height();
    int value = top;
    if (box.bottom() + kAir > bottom) value = box.bottom() + kAir - viewport()->height();
    if (box.top() - kAir < value) value = box.top() - kAir;
    if (value == top) return;
    // This is the person's doing: it may end or begin the following.
    verticalScrollBar()->setValue(value);
}

// The message itself, then what can be reached in it.
QList<QWidget*> TranscriptView::tabStops(int row) const {
    MessageWidget* message = widgetAt(row);
    if (message == nullptr) return {};
    return QList<QWidget*>{message} + widgets::tabStops(message);
}

bool TranscriptView::focusNextPrevChild(bool next) {
    QWidget* focus = QApplication::focusWidget();
    int row = focusedRow();
    const auto reason = next ? Qt::TabFocusReason : Qt::BacktabFocusReason;
    if (row < 0) {
        if (!next || count() == 0 || focus != this) return widgets::focusInReadingOrder(window(), next);
        focusRow(count() - 1, reason);
        return true;
    }
    QList<QWidget*> stops = tabStops(row);
    qsizetype at = stops.indexOf(focus);
    // The focus is in a part that is no stop itself (a text that was clicked): go on from its message.
    if (at < 0) at = next ? 0 : 1;
    at += next ? 1 : -1;
    if (at < 0 || at >= stops.size()) {
        row += next ? 1 : -1;
        if (row < 0 || row >= count()) return widgets::focusInReadingOrder(window(), next);
        while (firstBuiltRow() > row && !buildOlder(QDeadlineTimer::Forever)) {
        }
        stops = tabStops(row);
        at = next ? 0 : stops.size() - 1;
    }
    stops[at]->setFocus(reason);
    const QRect whole = stops[at]->rect();
    ensureVisible(stops[at], QRect(whole.topLeft(),
                                   QSize(whole.width(), qMin(whole.height(), viewport()->height() / 2))));
    return true;
}

// Tab from outside enters at the last message, Shift+Tab at the last thing in it.
void TranscriptView::focusInEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusInEvent(event);
    if (count() == 0) return;
    if (event->reason() == Qt::TabFocusReason) focusRow(count() - 1, event->reason());
    if (event->reason() == Qt::BacktabFocusReason && !tabStops(count() - 1).isEmpty())
        tabStops(count() - 1).last()->setFocus(event->reason());
}

// The text of a message in pieces of which each is one paragraph, line or cell on screen: a match never spans
// two.
QStringList TranscriptView::searchableTexts(int row) const {
    const MessageView& message = m_messages[row];
    if (message.role == Role::User) return message.text.split(QLatin1Char('\n'));
    QStringList texts;
    const auto stage =
        message.state == State::Streaming ? markdown::Stage::Streaming : markdown::Stage::Complete;
    const QList<markdown::Block> blocks = markdown::parse(message.text.toUtf8(), stage);
    for (const markdown::Block& block : blocks) {
        if (block.kind == markdown::BlockKind::Table) {
            for (const auto& cells : block.table.rows)
                for (const markdown::Inline& cell : cells)
                    texts << cell.text;
        } else if (block.kind == markdown::BlockKind::Code || block.kind == markdown::BlockKind::Math) {
            texts << block.code.split(QLatin1Char('\n'));
        } else {
            texts << block.text.text;
        }
    }
    return texts;
}

int TranscriptView::find(const QString& words) {
    m_findWords = words;
    m_findAt = -1;
    m_findCount = 0;
    if (words.isEmpty()) {
        keepOneSelection(nullptr);
        return 0;
    }
    for (int row = 0; row < count(); ++row) {
        const QStringList texts = searchableTexts(row);
        for (const QString& text : texts)
            m_findCount += occurrences(text, words);
    }
    return m_findCount;
}

void TranscriptView::findNext(bool backwards) {
    if (m_findCount == 0) return;
    if (m_findAt < 0)
        m_findAt = backwards ? m_findCount - 1 : 0;
    else
        m_findAt = (m_findAt + (backwards ? m_findCount - 1 : 1)) % m_findCount;
    int left = m_findAt;
    for (int row = 0; row < count(); ++row) {
        int here = 0;
        const QStringList texts = searchableTexts(row);
        for (const QString& text : texts)
            here += occurrences(text, m_findWords);
        if (left < here) return showMatch(row, left);
        left -= here;
    }
}

void TranscriptView::showMatch(int row, int occurrence) {
    while (firstBuiltRow() > row && !buildOlder(QDeadlineTimer::Forever)) {
    }
    MessageWidget* message = widgetAt(row);
    setFollowing(false);
    layOutVisible({row, 0});
    for (BlockFace* face : message->faces()) {
        QTextCursor cursor(face->document());
        for (;;) {
            cursor = face->document()->find(m_findWords, cursor);
            if (cursor.isNull()) break;
            if (occurrence-- > 0) continue;
            keepOneSelection(face->widget());
            face->select(cursor);
            ensureVisible(face->widget(), face->cursorRectangle(cursor));
            placePill();
            return;
        }
    }
    // Folded away, as in a long message of the person: at least the message is shown.
    ensureVisible(message, QRect(0, 0, message->width(), qMin(message->height(), viewport()->height() / 2)));
}

} // namespace ui::chat::transcript
