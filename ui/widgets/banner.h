// A message in the place of what happened: what, why, the button that fixes it, and details to copy.
#pragma once

#include <QWidget>

class QLabel;

namespace ui::widgets {

class Button;
class IconButton;

class Banner : public QWidget {
    Q_OBJECT
 public:
    enum class Severity { Info, Warning, Error };

    explicit Banner(QWidget* parent = nullptr);

    // Texts that are empty take no room. `details` is the engine's own text, shown on demand and copyable.
    void setMessage(Severity severity, const QString& title, const QString& text,
                    const QString& details = QString());
    void setAction(const QString& label);
    void setDismissible(bool dismissible);

 Q_SIGNALS:
    void actionRequested();
    void dismissed();

 protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

 private:
    void showDetails(bool show);
    void dress();

    Severity m_severity = Severity::Info;
    QLabel* m_title;
    QLabel* m_text;
    QLabel* m_details;
    Button* m_more;
    Button* m_copy;
    Button* m_action;
    IconButton* m_close;
};

} // namespace ui::widgets
