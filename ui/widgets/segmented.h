// A row of joined options of which one is chosen; the arrow keys move the choice.
#pragma once

#include <QWidget>

class QButtonGroup;

namespace ui::widgets {

class Segmented : public QWidget {
    Q_OBJECT
 public:
    Segmented(const QString& name, const QStringList& options, QWidget* parent = nullptr);

    int current() const;
    void setCurrent(int index);

 Q_SIGNALS:
    // Only when the person chose; not from setCurrent.
    void chosen(int index);

 protected:
    void paintEvent(QPaintEvent* event) override;

 private:
    QButtonGroup* m_group;
};

} // namespace ui::widgets
