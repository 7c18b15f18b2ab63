// Editing a message where it stands.
#pragma once

#include <QWidget>

namespace ui::widgets {
class Button;
class TextArea;
} // namespace ui::widgets

namespace ui::chat::transcript {

class InlineEditor : public QWidget {
    Q_OBJECT
 public:
    // `saveLabel`: "Save & send" for the person's message. Ctrl+Enter saves, Esc cancels.
    InlineEditor(const QString& name, const QString& text, const QString& saveLabel, QWidget* parent);

    int heightFor(int width);
    QString text() const;
    void focusText();

 Q_SIGNALS:
    void saved(const QString& text);
    void cancelled();
    void heightChanged();

 protected:
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

 private:
    void save();

    widgets::TextArea* m_text;
    widgets::Button* m_save;
    widgets::Button* m_cancel;
};

} // namespace ui::chat::transcript
