// As llama.cpp's gguf-split and Hugging Face's safetensors name them.
#include "app/bridge/part_name.h"

#include <QRegularExpression>

namespace app::bridge {

PartName PartName::of(const QString& fileName) {
    static const QRegularExpression kPart(QStringLiteral("^(.+)-(\\d{5})-of-(\\d{5})\\.([A-Za-z]+)$"));
    const QRegularExpressionMatch match = kPart.match(fileName);
    if (!match.hasMatch()) return {};
    const PartName part{match.captured(1), match.captured(4), match.captured(2).toInt(),
                        match.captured(3).toInt()};
    return part.number >= 1 && part.number <= part.count ? part : PartName();
}

QString PartName::file(int other) const {
    return QStringLiteral("%1-%2-of-%3.%4")
        .arg(stem)
        .arg(other, 5, 10, QLatin1Char('0'))
        .arg(count, 5, 10, QLatin1Char('0'))
        .arg(ending);
}

QString PartName::set() const {
    return QStringLiteral("%1/%2").arg(stem).arg(count);
}

} // namespace app::bridge
