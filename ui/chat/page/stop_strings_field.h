// StopStringsField: texts at which a reply ends: removable chips and a field for the next one.
#pragma once

#include <QStringList>
#include <QWidget>

class QLineEdit;
class QVBoxLayout;

namespace ui::chat {

class StopStringsField : public QWidget {
    Q_OBJECT
 public:
    explicit StopStringsField(QWidget* parent = nullptr);

    void setStrings(const QStringList& strings); // as they are; shown with \n for a line break

 Q_SIGNALS:
    void edited(const QStringList& strings);

 private:
    void rebuild();

    QStringList m_strings;
    QVBoxLayout* m_chips;
    QLineEdit* m_field;
};

} // namespace ui::chat
