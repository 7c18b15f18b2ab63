// Numbers by arithmetic, names by Qt's table of HTML names.
#include "ui/chat/markdown/entities.h"

#include <QHash>
#include <QTextDocumentFragment>

namespace ui::chat::markdown {
namespace {

QString fromNumber(QByteArrayView digits, int base) {
    bool ok = false;
    const uint code = digits.toByteArray().toUInt(&ok, base);
    const bool valid = ok && code != 0 && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
    const char32_t character = valid ? code : 0xFFFD;
    return QString::fromUcs4(&character, 1);
}

QString fromName(QByteArrayView reference) {
    // Names are at most 31 letters long in HTML; anything longer is text.
    const QString text = QString::fromUtf8(reference);
    if (reference.size() > 34) return text;
    const QString decoded = QTextDocumentFragment::fromHtml(text).toPlainText();
    if (text == QLatin1String("&nbsp;")) return QString(QChar(QChar::Nbsp));
    return decoded.isEmpty() ? text : decoded;
}

} // namespace

QString decodeEntity(QByteArrayView reference) {
    if (reference.size() < 4) return reference == "&;" ? QStringLiteral("&;") : fromName(reference);
    if (reference[1] == '#') {
        const bool hex = reference[2] == 'x' || reference[2] == 'X';
        const qsizetype skip = hex ? 3 : 2;
        return fromNumber(reference.sliced(skip, reference.size() - skip - 1), hex ? 16 : 10);
    }
    // Reading HTML costs 20 µs; a text full of one entity asks for it thousands of times.
    static thread_local QHash<QByteArray, QString> known;
    const QByteArray key = reference.toByteArray();
    const auto found = known.constFind(key);
    if (found != known.constEnd()) return *found;
    if (known.size() > 512) known.clear();
    return *known.insert(key, fromName(reference));
}

} // namespace ui::chat::markdown
