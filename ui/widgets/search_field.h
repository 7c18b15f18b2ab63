// A line edit with a magnifier and a clear button; Esc empties it first.
#pragma once

#include <QLineEdit>

namespace ui::widgets {

class IconButton;

class SearchField : public QLineEdit {
    Q_OBJECT
 public:
    // `placeholder` is also the accessible name.
    explicit SearchField(const QString& placeholder, QWidget* parent = nullptr);

 Q_SIGNALS:
    // Down or Enter: the person wants to go on in the list of results.
    void leaveRequested();

 protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

 private:
    IconButton* m_clear;
};

} // namespace ui::widgets
