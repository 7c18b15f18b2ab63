// The first line that says something, without its Markdown.
#include "app/chat/conversation_title.h"

#include <QRegularExpression>
#include <QTextBoundaryFinder>

namespace app::chat {

namespace {

constexpr qsizetype kLongest = 60;

QString shortened(const QString& line) {
    if (line.size() <= kLongest) return line;
    // At a space where there is one in the second half, else between two whole characters.
    qsizetype cut = line.lastIndexOf(QLatin1Char(' '), kLongest - 1);
    if (cut < kLongest / 2) {
        QTextBoundaryFinder finder(QTextBoundaryFinder::Grapheme, line);
        finder.setPosition(kLongest - 1);
        cut = finder.isAtBoundary() ? kLongest - 1 : finder.toPreviousBoundary();
        if (cut <= 0) cut = kLongest - 1;
    }
    return line.left(cut).trimmed() + QChar(0x2026);
}

} // namespace

QString titleFrom(const QString& firstMessage) {
    static const QRegularExpression fence(QStringLiteral("^\\s*(```|~~~).*$"));
    static const QRegularExpression marker(QStringLiteral("^\\s*(#{1,6}\\s+|>\\s*|[-*+]\\s+|\\d+[.)]\\s+)+"));
    static const QRegularExpression emphasis(QStringLiteral("(\\*\\*|__|`)"));
    for (QString line : firstMessage.left(4000).split(QLatin1Char('\n'))) {
        if (fence.match(line).hasMatch()) continue;
        line = line.remove(marker).remove(emphasis).simplified();
        if (!line.isEmpty()) return shortened(line);
    }
    return {};
}

QString fileNameFrom(const QString& title) {
    constexpr qsizetype kLongestFileName = 80; // with three bytes a character and a suffix below 255 bytes
    static const QRegularExpression unsafe(QStringLiteral("[/\\\\:*?\"<>|\\x00-\\x1f\\x7f]+"));
    // A name that begins with a dot is hidden on Linux; one that ends with a dot is refused by Windows.
    static const QRegularExpression edges(QStringLiteral("^[. ]+|[. ]+$"));
    QString name = title;
    name.replace(unsafe, QStringLiteral("_"));
    if (name.size() > kLongestFileName)
        name.truncate(name.at(kLongestFileName - 1).isHighSurrogate() ? kLongestFileName - 1
                                                                      : kLongestFileName);
    return name.remove(edges);
}

} // namespace app::chat
