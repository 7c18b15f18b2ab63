// Whole numbers that are often large: thousands parted by a thin no-break space, whatever the locale.
#pragma once

#include <QSpinBox>

namespace ui::widgets {

QString grouped(qint64 number); // 8192 -> "8 192"

class CountSpinBox : public QSpinBox {
    Q_OBJECT
 public:
    using QSpinBox::QSpinBox;

 protected:
    QString textFromValue(int value) const override;
    int valueFromText(const QString& text) const override;
    // Spaces, dots and commas may stand between the digits, as they do in numbers that are pasted.
    QValidator::State validate(QString& text, int& position) const override;
};

} // namespace ui::widgets
