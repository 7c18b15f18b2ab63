// Blocks as plain text.
#include "ui/chat/markdown/block.h"

#include <algorithm>

namespace ui::chat::markdown {
namespace {

QString markerText(const Block& block) {
    switch (block.marker) {
        case Marker::None:
            break;
        case Marker::Bullet:
            return QStringLiteral("• ");
        case Marker::Number:
            return QStringLiteral("%1. ").arg(block.number);
        case Marker::TaskOpen:
            return QStringLiteral("☐ ");
        case Marker::TaskDone:
            return QStringLiteral("☑ ");
    }
    return {};
}

QString tableText(const Table& table) {
    QStringList lines;
    for (const QList<Inline>& row : table.rows) {
        QStringList cells;
        for (const Inline& cell : row)
            cells << cell.text;
        lines << cells.join(QLatin1Char('\t'));
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace

QString plainText(const Block& block) {
    const auto depth = std::count(block.containers.begin(), block.containers.end(), 'l');
    const QString indent(2 * qMax<qsizetype>(0, depth - 1), QLatin1Char(' '));
    switch (block.kind) {
        case BlockKind::Rule:
            return QStringLiteral("---");
        case BlockKind::Code:
        case BlockKind::Math:
            return block.code;
        case BlockKind::Table:
            return tableText(block.table);
        case BlockKind::Paragraph:
        case BlockKind::Heading:
            break;
    }
    QString text = block.text.text;
    text.replace(QChar(QChar::LineSeparator), QLatin1Char('\n'));
    return indent + markerText(block) + text;
}

QString plainText(const QList<Block>& blocks) {
    QString text;
    bool tight = false;
    for (const Block& block : blocks) {
        const bool close = tight && block.tight;
        tight = block.tight;
        if (!text.isEmpty() && !block.continues)
            text += close ? QStringLiteral("\n") : QStringLiteral("\n\n");
        text += plainText(block);
    }
    return text;
}

} // namespace ui::chat::markdown
