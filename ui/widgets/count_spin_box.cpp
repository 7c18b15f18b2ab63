// Writing and reading grouped numbers.
#include "ui/widgets/count_spin_box.h"

#include <QRegularExpression>

namespace ui::widgets {

namespace {

QString withoutSeparators(QString text) {
    static const QRegularExpression kSeparators(QStringLiteral("[\\s.,']"),
                                                QRegularExpression::UseUnicodePropertiesOption);
    return text.remove(kSeparators);
}

} // namespace

QString grouped(qint64 number) {
    QString digits = QString::number(number);
    const qsizetype first = number < 0 ? 1 : 0;
    for (qsizetype at = digits.size() - 3; at > first; at -= 3)
        digits.insert(at, QChar(0x202f));
    return digits;
}

QString CountSpinBox::textFromValue(int value) const {
    return grouped(value);
}

int CountSpinBox::valueFromText(const QString& text) const {
    return text == specialValueText() ? minimum() : withoutSeparators(text).toInt();
}

QValidator::State CountSpinBox::validate(QString& text, int& position) const {
    if (!specialValueText().isEmpty() && text == specialValueText()) return QValidator::Acceptable;
    QString digits = withoutSeparators(text);
    return QSpinBox::validate(digits, position);
}

} // namespace ui::widgets
