// One message of the transcript: what messages of both sides have in common.
#pragma once

#include <QDeadlineTimer>
#include <QUrl>
#include <QWidget>
#include <vector>

#include "ui/chat/transcript/block_face.h"
#include "ui/chat/transcript/message_view.h"
#include "ui/chat/transcript/text_style.h"

namespace ui::chat::transcript {

class ActionRow;
class InlineEditor;
class VersionSwitch;

class MessageWidget : public QWidget {
    Q_OBJECT
 public:
    MessageWidget(Role role, const TextStyle& style, QWidget* parent);

    MessageId id() const { return m_message.id; }
    const MessageView& message() const { return m_message; }
    // `readerInside`: the reader is looking at the middle of it, so nothing may close itself.
    void setMessage(const MessageView& message, bool readerInside = false);
    // `number` counts from 1; for the name that is read out.
    void setNumber(int number);
    void setLast(bool last);
    void setStyleOf(const TextStyle& style);

    // Makes the widgets inside as far as the deadline lets it; true when all are there.
    virtual bool build(QDeadlineTimer deadline) = 0;
    // The height must be asked for again.
    bool isStale(int width) const { return m_stale || m_layoutWidth != width; }
    // Lays everything out for this width and takes the height it needs.
    void layOut(int width);
    virtual void setCaret(bool lit) { Q_UNUSED(lit); }
    virtual bool showsCaret() const { return false; }
    // The block widgets from top to bottom, for finding and for entering with the keyboard.
    virtual std::vector<BlockFace*> faces() const = 0;
    void startEditing();
    bool isEditing() const { return m_editor != nullptr; }
    void copyToClipboard();
    void enterText();

 Q_SIGNALS:
    void heightChanged();
    void copied();
    void edited(const QString& text);
    void regenerate(ui::chat::transcript::RegenerateKind kind);
    void continueReply();
    void fork();
    void remove();
    void versionRequested(int delta);
    void problemAction();
    void linkActivated(const QUrl& target);
    void selected(QWidget* block);
    void editingEnded();

 protected:
    virtual void showMessage(const MessageView& before, bool readerInside) = 0;
    virtual void restyle() = 0;
    virtual int layOutContent(int width) = 0;   // returns the height
    virtual void showContent(bool visible) = 0; // hidden while the editor is open
    void touch();
    void updateReveal();

    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool event(QEvent* event) override;

    MessageView m_message;
    TextStyle m_style;
    ActionRow* m_actions;
    VersionSwitch* m_versions;
    InlineEditor* m_editor = nullptr;

 private:
    void endEditing();
    void updateName();

    int m_number = 0;
    int m_layoutWidth = -1;
    bool m_stale = true;
    bool m_last = false;
    bool m_hovered = false;
};

} // namespace ui::chat::transcript
