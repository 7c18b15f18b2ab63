// The conversation: messages under each other, growing at the end, with the reader's place kept.
#pragma once

#include <QAbstractScrollArea>
#include <QBasicTimer>
#include <QDeadlineTimer>
#include <QElapsedTimer>
#include <QList>
#include <QPointer>

#include "ui/chat/transcript/message_view.h"
#include "ui/chat/transcript/text_style.h"

namespace ui::widgets {
class Announcer;
}

namespace ui::chat::transcript {

class JumpPill;
class MessageWidget;

class TranscriptView : public QAbstractScrollArea {
    Q_OBJECT
 public:
    explicit TranscriptView(QWidget* parent = nullptr);
    ~TranscriptView() override;

    // Shows this list. Messages that are shown already (by id) keep their widgets, selection and scroll
    // position; from the first message that differs on, the rest is replaced. A list that starts with another
    // message is another conversation and opens at its end.
    void setMessages(const QList<MessageView>& messages);
    // A changed message; text that only grew is appended. Shown with the next frame; State other than Waiting
    // and Streaming at once.
    void updateMessage(const MessageView& message);
    void appendText(MessageId id, const QString& text);
    void appendReasoning(MessageId id, const QString& text);
    // Adds one at the end, as setMessages with one more.
    void appendMessage(const MessageView& message);
    // Shows now what waits for the next frame.
    void flush();

    int count() const { return static_cast<int>(m_messages.size()); }
    const QList<MessageView>& messages() const { return m_messages; }

    // Of the transcript's text alone, 0.8 to 2.0.
    void setZoom(double zoom);
    double zoom() const { return m_zoom; }
    static constexpr double kMinZoom = 0.8;
    static constexpr double kMaxZoom = 2.0;

    bool isFollowing() const { return m_following; }
    void scrollToEnd(); // and follow
    void scrollToMessage(MessageId id);
    // The keyboard's message; from the composer, "previous" is the last one.
    void focusNextMessage();
    void focusPreviousMessage();
    MessageId focusedMessage() const; // 0: none
    // Opens the inline editor as the Edit button does.
    void editMessage(MessageId id);

    // Find in this conversation: how often the words occur; each call of findNext selects one and shows it.
    // An empty text ends the search.
    int find(const QString& words);
    void findNext(bool backwards = false);
    int findPosition() const { return m_findAt; } // 0-based, -1: none

    // For the tests and the benchmark: every message has its widget, nothing waits.
    bool isSettled() const;

 Q_SIGNALS:
    // The text is on the clipboard already; for a word to the person.
    void copyRequested(ui::chat::transcript::MessageId id);
    void editRequested(ui::chat::transcript::MessageId id, const QString& text);
    void regenerateRequested(ui::chat::transcript::MessageId id, ui::chat::transcript::RegenerateKind kind);
    void continueRequested(ui::chat::transcript::MessageId id);
    void forkRequested(ui::chat::transcript::MessageId id);
    void deleteRequested(ui::chat::transcript::MessageId id);
    // The version `delta` further (-1 or 1).
    void versionRequested(ui::chat::transcript::MessageId id, int delta);
    void problemActionRequested(ui::chat::transcript::MessageId id);
    void followingChanged(bool following);
    void zoomChanged(double zoom);

 protected:
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void timerEvent(QTimerEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void changeEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void showEvent(QShowEvent* event) override;
    bool focusNextPrevChild(bool next) override;

 private:
    struct Anchor {
        int row = -1;
        int offset = 0; // of the viewport's top below the message's top
    };

    // Messages and their widgets (transcript_view.cpp).
    MessageWidget* makeWidget(int row);
    MessageWidget* widgetAt(int row) const;
    int rowOf(MessageId id) const;
    int firstBuiltRow() const { return static_cast<int>(m_messages.size() - m_widgets.size()); }
    void open();
    void removeRowsFrom(int row);
    void appendRow(const MessageView& message);
    void replaceMessage(int row, const MessageView& message);
    void markChanged(MessageId id);
    void showChanges();
    void updateLastMark();
    void updateCaretTimer();
    void openLink(const QUrl& target);
    void keepOneSelection(QWidget* block);
    TextStyle style() const;

    // Places, scrolling, work between frames (transcript_layout.cpp).
    void scheduleFlush();
    void scheduleIdleWork();
    void idleWork();
    bool buildOlder(QDeadlineTimer deadline);
    bool layOutStale(QDeadlineTimer deadline);
    void layOutVisible(const Anchor& anchor);
    void placeAll();
    Anchor anchor() const;
    void restore(const Anchor& anchor);
    void keepPlaceAndLayOut();
    void setScrollValue(int value);
    void followScroll(int value);
    void setFollowing(bool following);
    void placePill();
    bool isReaderInside(int row) const;
    int columnWidth() const;
    int columnLeft() const;

    // Keyboard and finding (transcript_keys.cpp).
    void ensureVisible(QWidget* widget, const QRect& rect);
    void focusRow(int row, Qt::FocusReason reason);
    int focusedRow() const;
    QList<QWidget*> tabStops(int row) const;
    bool scrollByKey(int key);
    QStringList searchableTexts(int row) const;
    void showMatch(int row, int occurrence);

    QList<MessageView> m_messages;
    QList<MessageWidget*> m_widgets; // of the last messages; older ones follow in idle time
    QWidget* m_content;
    JumpPill* m_pill;
    widgets::Announcer* m_announcer;
    QList<MessageId> m_changed;
    QBasicTimer m_flushTimer;
    QBasicTimer m_idleTimer;
    QBasicTimer m_caretTimer;
    QElapsedTimer m_sinceFlush;
    qint64 m_flushInterval = 0;
    double m_zoom = 1.0;
    bool m_following = true;
    bool m_newText = false;   // arrived while not following
    bool m_ownScroll = false; // the scroll bar is moved by this object, not by the person
    bool m_caretOn = true;
    int m_lastValue = 0;
    int m_detachSum = 0;
    MessageWidget* m_half = nullptr; // being built in idle time, not shown yet
    QPointer<QWidget> m_selectedBlock;
    QString m_findWords;
    int m_findAt = -1;
    int m_findCount = 0;
};

} // namespace ui::chat::transcript
