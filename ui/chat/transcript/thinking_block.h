// The model's thinking: one quiet line that opens.
#pragma once

#include <QAbstractButton>

#include "ui/chat/transcript/reply_body.h"

namespace ui::chat::transcript {

// "Thinking… 12 s" and "Thought for 12 s · 418 tokens" with a chevron.
class ThinkingHeader : public QAbstractButton {
    Q_OBJECT
 public:
    explicit ThinkingHeader(QWidget* parent);
    void setTexts(const QString& text, const QString& detail);
    QSize sizeHint() const override;

 protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

 private:
    QString m_detail;
};

class ThinkingBlock : public QWidget {
    Q_OBJECT
 public:
    ThinkingBlock(const TextStyle& style, QWidget* parent);

    // `seconds` and `tokens` below zero are not shown. While `running` the block is open unless the person
    // closed it; when it ends, it closes if `mayClose` (the reader is not in it).
    void show(const QString& text, bool running, double seconds, qint64 tokens, bool mayClose);
    void restyle(const TextStyle& style);
    int heightFor(int width);
    void place();
    bool isOpen() const { return m_open; }
    void setOpen(bool open);
    ReplyBody* body() { return m_body; }
    void setCaret(bool present, bool lit);

    using QWidget::show;

 Q_SIGNALS:
    void heightChanged();

 protected:
    void paintEvent(QPaintEvent* event) override;

 private:
    void fill();

    TextStyle m_style;
    ThinkingHeader* m_header;
    ReplyBody* m_body;
    QString m_text;
    bool m_running = false;
    bool m_open = false;
    bool m_chosen = false; // the person has opened or closed it
    int m_bodyHeight = 0;
    int m_width = 0;
};

} // namespace ui::chat::transcript
