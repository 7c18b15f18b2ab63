// A message of the person: plain text in a tinted bubble at the right.
#pragma once

#include "ui/chat/transcript/message_widget.h"

namespace ui::widgets {
class Button;
}

namespace ui::chat::transcript {

class TextBlock;

class UserMessage : public MessageWidget {
    Q_OBJECT
 public:
    UserMessage(const TextStyle& style, QWidget* parent);

    bool build(QDeadlineTimer) override { return true; }
    std::vector<BlockFace*> faces() const override;
    bool isFolded() const;

    static constexpr int kFoldedLines = 12;

 protected:
    void showMessage(const MessageView& before, bool readerInside) override;
    void restyle() override;
    int layOutContent(int width) override;
    void showContent(bool visible) override;
    void paintEvent(QPaintEvent* event) override;

 private:
    TextBlock* m_text;
    QWidget* m_window; // clips the text of a folded message
    widgets::Button* m_more;
    QRect m_bubble;
    bool m_expanded = false;
    bool m_long = false;
};

} // namespace ui::chat::transcript
