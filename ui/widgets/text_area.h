// A framed field for several lines of text.
#pragma once

#include <QPlainTextEdit>

namespace ui::widgets {

class TextArea : public QPlainTextEdit {
    Q_OBJECT
 public:
    // Tab moves the focus on, as in every other field; Ctrl+Tab writes a tab.
    explicit TextArea(const QString& name, QWidget* parent = nullptr);

 protected:
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool event(QEvent* event) override;
};

} // namespace ui::widgets
