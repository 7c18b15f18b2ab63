// The transcript's messages: what is shown, what has changed, what the messages ask for.
#include "ui/chat/transcript/transcript_view.h"

#include <QApplication>
#include <QDesktopServices>
#include <QEvent>
#include <QScrollBar>
#include <QTimerEvent>
#include <QUrl>

#include "ui/chat/transcript/jump_pill.h"
#include "ui/chat/transcript/reply_message.h"
#include "ui/chat/transcript/user_message.h"
#include "ui/theme/theme.h"
#include "ui/widgets/announcer.h"

namespace ui::chat::transcript {
namespace {

constexpr int kFirstMessages = 30;
constexpr int kFirstBuildMs = 120; // the newest ones that fit in this time; at least a viewport full

bool isBusy(State state) {
    return state == State::Waiting || state == State::Streaming;
}

} // namespace

TranscriptView::TranscriptView(QWidget* parent)
    : QAbstractScrollArea(parent),
      m_content(new QWidget(viewport())),
      m_pill(new JumpPill(this)),
      m_announcer(new widgets::Announcer(this)) {
    setAccessibleName(tr("Conversation"));
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    verticalScrollBar()->setSingleStep(22);
    setBackgroundRole(QPalette::Base); // behind the scroll bar
    setAutoFillBackground(true);
    viewport()->setBackgroundRole(QPalette::Base);
    viewport()->setAutoFillBackground(true);
    // Opaque, so that scrolling moves what is painted instead of painting it again.
    m_content->setBackgroundRole(QPalette::Base);
    m_content->setAutoFillBackground(true);
    connect(m_pill, &QAbstractButton::clicked, this, &TranscriptView::scrollToEnd);
    m_sinceFlush.start();
}

TranscriptView::~TranscriptView() = default;

TextStyle TranscriptView::style() const {
    return {theme::Palette::of(this), m_zoom, false};
}

MessageWidget* TranscriptView::widgetAt(int row) const {
    const int index = row - firstBuiltRow();
    return index >= 0 && index < m_widgets.size() ? m_widgets[index] : nullptr;
}

int TranscriptView::rowOf(MessageId id) const {
    for (int row = count() - 1; row >= 0; --row)
        if (m_messages[row].id == id) return row;
    return -1;
}

MessageWidget* TranscriptView::makeWidget(int row) {
    const MessageView& message = m_messages[row];
    MessageWidget* widget = nullptr;
    if (message.role == Role::User)
        widget = new UserMessage(style(), m_content);
    else
        widget = new ReplyMessage(style(), m_content);
    const MessageId id = message.id;
    connect(widget, &MessageWidget::heightChanged, this, &TranscriptView::keepPlaceAndLayOut);
    connect(widget, &MessageWidget::copied, this, [this, id] { Q_EMIT copyRequested(id); });
    connect(widget, &MessageWidget::edited, this,
            [this, id](const QString& text) { Q_EMIT editRequested(id, text); });
    connect(widget, &MessageWidget::regenerate, this,
            [this, id](RegenerateKind kind) { Q_EMIT regenerateRequested(id, kind); });
    connect(widget, &MessageWidget::continueReply, this, [this, id] { Q_EMIT continueRequested(id); });
    connect(widget, &MessageWidget::fork, this, [this, id] { Q_EMIT forkRequested(id); });
    connect(widget, &MessageWidget::remove, this, [this, id] { Q_EMIT deleteRequested(id); });
    connect(widget, &MessageWidget::versionRequested, this,
            [this, id](int delta) { Q_EMIT versionRequested(id, delta); });
    connect(widget, &MessageWidget::problemAction, this, [this, id] { Q_EMIT problemActionRequested(id); });
    connect(widget, &MessageWidget::linkActivated, this, &TranscriptView::openLink);
    connect(widget, &MessageWidget::selected, this, &TranscriptView::keepOneSelection);
    widget->setNumber(row + 1);
    widget->setMessage(message);
    return widget;
}

void TranscriptView::openLink(const QUrl& target) {
    const QString scheme = target.scheme().toLower();
    if (scheme == QLatin1String("http") || scheme == QLatin1String("https") ||
        scheme == QLatin1String("mailto"))
        QDesktopServices::openUrl(target);
}

// Two selections at once would leave it open which one Ctrl+C copies.
void TranscriptView::keepOneSelection(QWidget* block) {
    if (m_selectedBlock != nullptr && m_selectedBlock != block)
        if (auto* face = dynamic_cast<BlockFace*>(m_selectedBlock.data())) face->clearSelection();
    m_selectedBlock = block;
}

void TranscriptView::setMessages(const QList<MessageView>& messages) {
    const bool another =
        m_messages.isEmpty() || messages.isEmpty() || m_messages.first().id != messages.first().id;
    if (another) {
        removeRowsFrom(0);
        m_messages = messages;
        open();
        return;
    }
    int same = 0;
    while (same < count() && same < messages.size() && m_messages[same].id == messages[same].id &&
           m_messages[same].role == messages[same].role)
        ++same;
    viewport()->setUpdatesEnabled(false);
    const Anchor place = anchor();
    removeRowsFrom(same);
    for (int row = 0; row < same; ++row)
        if (m_messages[row] != messages[row]) replaceMessage(row, messages[row]);
    for (qsizetype row = same; row < messages.size(); ++row)
        appendRow(messages[row]);
    showChanges();
    updateLastMark();
    layOutVisible(place);
    restore(place);
    viewport()->setUpdatesEnabled(true);
    updateCaretTimer();
    scheduleIdleWork();
}

// Another conversation: the newest messages now, the older ones in idle time.
void TranscriptView::open() {
    viewport()->setUpdatesEnabled(false);
    QElapsedTimer timer;
    timer.start();
    int height = 0;
    for (int row = count() - 1; row >= 0; --row) {
        MessageWidget* widget = makeWidget(row);
        m_widgets.prepend(widget);
        widget->build(QDeadlineTimer::Forever);
        widget->layOut(columnWidth());
        widget->show();
        height += widget->height();
        const bool enough = m_widgets.size() >= kFirstMessages || timer.elapsed() > kFirstBuildMs;
        if (enough && height > viewport()->height()) break;
    }
    updateLastMark();
    m_findWords.clear();
    m_findAt = -1;
    m_newText = false;
    setFollowing(true);
    placeAll();
    setScrollValue(verticalScrollBar()->maximum());
    viewport()->setUpdatesEnabled(true);
    updateCaretTimer();
    scheduleIdleWork();
}

void TranscriptView::removeRowsFrom(int row) {
    while (count() > row) {
        const MessageId id = m_messages.last().id;
        m_changed.removeAll(id);
        if (!m_widgets.isEmpty()) {
            MessageWidget* widget = m_widgets.takeLast();
            widget->hide();
            widget->deleteLater();
        }
        m_messages.removeLast();
    }
    if (m_half != nullptr && rowOf(m_half->id()) < 0) {
        m_half->deleteLater();
        m_half = nullptr;
    }
}

void TranscriptView::appendRow(const MessageView& message) {
    m_messages.append(message);
    MessageWidget* widget = makeWidget(count() - 1);
    m_widgets.append(widget);
    widget->build(QDeadlineTimer::Forever);
    widget->layOut(columnWidth());
    widget->show();
}

void TranscriptView::appendMessage(const MessageView& message) {
    QList<MessageView> messages = m_messages;
    messages.append(message);
    setMessages(messages);
}

void TranscriptView::replaceMessage(int row, const MessageView& message) {
    m_messages[row] = message;
    if (m_half != nullptr && m_half->id() == message.id) m_half->setMessage(message);
    markChanged(message.id);
}

void TranscriptView::updateMessage(const MessageView& message) {
    const int row = rowOf(message.id);
    if (row < 0 || m_messages[row] == message) return;
    const bool wasBusy = isBusy(m_messages[row].state);
    replaceMessage(row, message);
    if (isBusy(message.state)) {
        scheduleFlush();
        return;
    }
    flush();
    if (!wasBusy || !isVisible()) return;
    m_announcer->announce(message.state == State::Failed
                              ? tr("The reply failed: %1").arg(message.problem.title)
                          : message.state == State::Stopped ? tr("The reply was stopped")
                                                            : tr("The reply is finished"));
}

void TranscriptView::appendText(MessageId id, const QString& text) {
    const int row = rowOf(id);
    if (row < 0 || text.isEmpty()) return;
    MessageView message = m_messages[row];
    message.text += text;
    message.thinking = false;
    if (message.state == State::Waiting) message.state = State::Streaming;
    updateMessage(message);
}

void TranscriptView::appendReasoning(MessageId id, const QString& text) {
    const int row = rowOf(id);
    if (row < 0 || text.isEmpty()) return;
    MessageView message = m_messages[row];
    message.reasoning += text;
    message.thinking = message.text.isEmpty();
    if (message.state == State::Waiting) message.state = State::Streaming;
    updateMessage(message);
}

void TranscriptView::markChanged(MessageId id) {
    if (!m_changed.contains(id)) m_changed.append(id);
}

void TranscriptView::showChanges() {
    const QList<MessageId> changed = std::exchange(m_changed, {});
    for (MessageId id : changed) {
        const int row = rowOf(id);
        MessageWidget* widget = row < 0 ? nullptr : widgetAt(row);
        if (widget == nullptr) continue;
        const bool grew = widget->message().text.size() < m_messages[row].text.size();
        widget->setMessage(m_messages[row], isReaderInside(row));
        if (grew && !m_following) m_newText = true;
    }
}

void TranscriptView::flush() {
    m_flushTimer.stop();
    if (m_changed.isEmpty()) return;
    QElapsedTimer timer;
    timer.start();
    showChanges();
    keepPlaceAndLayOut();
    updateCaretTimer();
    // A text that is slow to lay out is shown less often, so that the window always has time for the person.
    m_flushInterval = qBound(qint64{33}, timer.elapsed() * 4, qint64{1000});
    m_sinceFlush.restart();
}

bool TranscriptView::isSettled() const {
    if (m_changed.isEmpty() && firstBuiltRow() == 0) {
        for (const MessageWidget* widget : m_widgets)
            if (widget->isStale(columnWidth())) return false;
        return true;
    }
    return false;
}

void TranscriptView::setZoom(double zoom) {
    zoom = qBound(kMinZoom, zoom, kMaxZoom);
    if (qFuzzyCompare(zoom, m_zoom)) return;
    m_zoom = zoom;
    if (m_half != nullptr) m_half->setStyleOf(style());
    keepPlaceAndLayOut();
    scheduleIdleWork();
    Q_EMIT zoomChanged(m_zoom);
}

void TranscriptView::changeEvent(QEvent* event) {
    QAbstractScrollArea::changeEvent(event);
    const auto type = event->type();
    if (type != QEvent::PaletteChange && type != QEvent::FontChange && type != QEvent::LayoutDirectionChange)
        return;
    if (m_half != nullptr) m_half->setStyleOf(style());
    keepPlaceAndLayOut();
    scheduleIdleWork();
}

void TranscriptView::updateLastMark() {
    for (qsizetype i = 0; i < m_widgets.size(); ++i)
        m_widgets[i]->setLast(i + 1 == m_widgets.size());
}

// One timer for the one caret; it stands still when the system's does or under reduced motion.
void TranscriptView::updateCaretTimer() {
    bool any = false;
    for (const MessageWidget* widget : std::as_const(m_widgets))
        any = any || widget->showsCaret();
    const int period = QApplication::cursorFlashTime() / 2;
    const bool blinks = any && period > 0 && !theme::prefersReducedMotion(this);
    if (blinks && !m_caretTimer.isActive()) m_caretTimer.start(period, this);
    if (blinks) return;
    m_caretTimer.stop();
    m_caretOn = true;
    for (MessageWidget* widget : std::as_const(m_widgets))
        if (widget->showsCaret()) widget->setCaret(true);
}

void TranscriptView::timerEvent(QTimerEvent* event) {
    if (event->timerId() == m_flushTimer.timerId()) {
        flush();
    } else if (event->timerId() == m_idleTimer.timerId()) {
        idleWork();
    } else if (event->timerId() == m_caretTimer.timerId()) {
        m_caretOn = !m_caretOn;
        for (MessageWidget* widget : std::as_const(m_widgets))
            if (widget->showsCaret()) widget->setCaret(m_caretOn);
    } else {
        QAbstractScrollArea::timerEvent(event);
    }
}

void TranscriptView::editMessage(MessageId id) {
    scrollToMessage(id);
    const int row = rowOf(id);
    if (row >= 0 && widgetAt(row) != nullptr) widgetAt(row)->startEditing();
}

} // namespace ui::chat::transcript
