// One pass over the lines, looking at each second line of a possible table.
#include "ui/chat/markdown/table_repair.h"

#include <QList>

#include "ui/chat/markdown/line_scanner.h"

namespace ui::chat::markdown {
namespace {

bool hasShortMarks(QByteArrayView content) {
    qsizetype run = 0;
    for (char c : content) {
        if (c == '-') {
            ++run;
            continue;
        }
        if (run > 0 && run < 3) return true;
        run = 0;
    }
    return run > 0 && run < 3;
}

QByteArray withLongMarks(QByteArrayView content) {
    QByteArray result;
    for (qsizetype i = 0; i < content.size(); ++i) {
        const bool starts = content[i] == '-' && (i == 0 || content[i - 1] != '-');
        result += starts ? QByteArray("---") : content.sliced(i, 1).toByteArray();
    }
    return result;
}

bool isIndentedCode(QByteArrayView line) {
    return line.startsWith("    ") || line.startsWith('\t');
}

} // namespace

bool isDelimiterRow(QByteArrayView content) {
    bool dash = false;
    bool bar = false;
    for (char c : content) {
        dash = dash || c == '-';
        bar = bar || c == '|';
        if (c != '-' && c != '|' && c != ':' && c != ' ' && c != '\t' && c != '\r') return false;
    }
    return dash && bar;
}

QByteArray repairTables(const QByteArray& utf8) {
    const QByteArrayView source = utf8;
    QByteArray result;
    qsizetype copied = 0;
    QByteArrayView head;       // the line before, when it is text
    QByteArrayView beforeHead; // and the one before that
    qsizetype headBegin = -1;
    LineScanner scanner(source);
    SourceLine line;
    const auto copyTo = [&](qsizetype end) {
        result += source.sliced(copied, end - copied).toByteArray();
        copied = end;
    };
    while (scanner.next(&line)) {
        const QByteArrayView text = source.sliced(line.begin, line.end - line.begin);
        const bool isText = line.kind == SourceLine::Text && !isBlank(text);
        const QByteArrayView content = lineContent(text);
        if (isText && headBegin >= 0 && lineContent(head).startsWith('|') && content.startsWith('|') &&
            isDelimiterRow(content) && !isIndentedCode(text)) {
            const bool glued = !beforeHead.isEmpty() && !lineContent(beforeHead).startsWith('|');
            if (glued) {
                copyTo(headBegin);
                // Inside quotes the empty line keeps the quote marks of its neighbour.
                const qsizetype prefix = head.size() - lineContent(head).size();
                result += head.first(prefix).contains('>') ? head.first(prefix).toByteArray() + '\n'
                                                           : QByteArray("\n");
            }
            if (hasShortMarks(content)) {
                copyTo(line.end - content.size());
                result += withLongMarks(content);
                copied = line.end;
            }
        }
        beforeHead = isText ? head : QByteArrayView();
        head = isText ? text : QByteArrayView();
        headBegin = isText ? line.begin : -1;
    }
    if (copied == 0 && result.isEmpty()) return utf8;
    copyTo(source.size());
    return result;
}

} // namespace ui::chat::markdown
