// "↓ New text": back to the end, while the reader is elsewhere.
#pragma once

#include <QAbstractButton>

namespace ui::chat::transcript {

class JumpPill : public QAbstractButton {
    Q_OBJECT
 public:
    explicit JumpPill(QWidget* parent);
    // Whether text has come that the reader has not seen; otherwise it is just the way to the end.
    void setNewText(bool newText);
    QSize sizeHint() const override;

 protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace ui::chat::transcript
