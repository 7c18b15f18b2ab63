// What can be done with a message: a row of small buttons that shows when the message is the last, under the
// pointer or has the focus. It is always there for the keyboard, and always takes its room.
#pragma once

#include <QWidget>

#include "ui/chat/transcript/message_view.h"

class QMenu;

namespace ui::widgets {
class IconButton;
}

namespace ui::chat::transcript {

class MetricsChip;

class ActionRow : public QWidget {
    Q_OBJECT
 public:
    ActionRow(Role role, QWidget* parent);

    void setMessage(const MessageView& message);
    // No message stands below this one.
    void setLast(bool last);
    void setRevealed(bool revealed);
    bool isRevealed() const { return m_revealed; }
    // The same actions as a menu, for the context menu key and the right button.
    void fillMenu(QMenu* menu);
    void showCopied();
    QSize sizeHint() const override;

 Q_SIGNALS:
    void copy();
    void edit();
    void regenerate(ui::chat::transcript::RegenerateKind kind);
    void continueReply();
    void fork();
    void remove();

 protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

 private:
    void place();
    QList<QWidget*> parts() const;

    Role m_role;
    MessageView m_message;
    bool m_revealed = true;
    bool m_last = false;
    MetricsChip* m_chip = nullptr;
    widgets::IconButton* m_copy;
    widgets::IconButton* m_edit;
    widgets::IconButton* m_regenerate;
    widgets::IconButton* m_continue;
    widgets::IconButton* m_fork;
    widgets::IconButton* m_delete;
};

} // namespace ui::chat::transcript
