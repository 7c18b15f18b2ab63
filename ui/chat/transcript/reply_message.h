// A reply: caption, thinking, body, what is going on, actions.
#pragma once

#include "ui/chat/transcript/message_widget.h"

namespace ui::widgets {
class Banner;
class Spinner;
} // namespace ui::widgets

namespace ui::chat::transcript {

class ReplyBody;
class ThinkingBlock;

class ReplyMessage : public MessageWidget {
    Q_OBJECT
 public:
    ReplyMessage(const TextStyle& style, QWidget* parent);

    bool build(QDeadlineTimer deadline) override;
    std::vector<BlockFace*> faces() const override;
    void setCaret(bool lit) override;
    bool showsCaret() const override;
    ReplyBody* body() { return m_body; }
    ThinkingBlock* thinking() { return m_thinking; }
    // "Processing prompt 37 %"; empty when text is coming.
    QString statusText() const;

 protected:
    void showMessage(const MessageView& before, bool readerInside) override;
    void restyle() override;
    int layOutContent(int width) override;
    void showContent(bool visible) override;
    void paintEvent(QPaintEvent* event) override;

 private:
    void showProblem();
    void makeThinking();

    ThinkingBlock* m_thinking = nullptr;
    ReplyBody* m_body;
    widgets::Banner* m_problem = nullptr;
    widgets::Spinner* m_spinner;
    QRect m_captionRect;
    QRect m_statusRect;
    bool m_caretLit = true;
    bool m_shown = true;
};

} // namespace ui::chat::transcript
