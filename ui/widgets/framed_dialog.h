// FramedDialog: a modal dialog with a thin frame of its own: title and facts, content, and a foot with
// buttons.
#pragma once

#include <QDialog>

class QHBoxLayout;
class QVBoxLayout;

namespace ui::widgets {

class ElidedLabel;

class FramedDialog : public QDialog {
    Q_OBJECT
 public:
    explicit FramedDialog(QWidget* parent);

 protected:
    void setHeading(const QString& title); // also the dialog's name for the system and for screen readers
    void setFacts(const QString& facts);   // a line under the title
    QVBoxLayout* column() { return m_column; }
    QHBoxLayout* addFoot(); // below what was added so far

    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

 private:
    QWidget* buildHead();

    ElidedLabel *m_title, *m_facts;
    QVBoxLayout* m_column;
};

} // namespace ui::widgets
