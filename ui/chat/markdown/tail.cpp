// The rules for the end of a growing text, block markers first, then inline markup.
#include "ui/chat/markdown/tail.h"

#include <QList>
#include <cstring>

#include "ui/chat/markdown/line_scanner.h"

namespace ui::chat::markdown {
namespace {

bool isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool isDigit(char c) {
    return c >= '0' && c <= '9';
}
bool isWord(char c) {
    return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80;
}

bool consistsOf(QByteArrayView text, const char* set) {
    for (char c : text)
        if (c == 0 || std::strchr(set, c) == nullptr) return false;
    return true;
}

// Where the line starts that ends at `end`.
qsizetype lineBegin(QByteArrayView text, qsizetype end) {
    while (end > 0 && text[end - 1] != '\n')
        --end;
    return end;
}

bool isPipeLine(QByteArrayView line) {
    const QByteArrayView content = lineContent(line);
    return !content.isEmpty() && content[0] == '|';
}

// A last line that may still become a list, a heading, a rule, a fence or the underline of a heading.
bool isUndecidedLine(QByteArrayView line) {
    QByteArrayView text = line.trimmed();
    while (!text.isEmpty() && text[0] == '>')
        text = text.sliced(1).trimmed();
    if (text.isEmpty()) return !line.trimmed().isEmpty();
    if (consistsOf(text, "-*+_=~`#|: \t")) return true;
    if (isDigit(text[0])) {
        qsizetype digits = 0;
        while (digits < text.size() && isDigit(text[digits]))
            ++digits;
        if (digits <= 9 && consistsOf(text.sliced(digits), ".)") && text.size() - digits <= 1) return true;
    }
    // "- [", "- [x", "- [ ]": a task's box.
    const QByteArrayView content = lineContent(text);
    if (content.size() == text.size()) return false;
    return content == "[" || content == "[ " || content == "[x" || content == "[X" || content == "[ ]" ||
           content == "[x]" || content == "[X]" || consistsOf(content, "-*+_=~`#|: \t");
}

// Where the text ends that can be shown, given the lines of its last paragraph (begin offsets, the last one
// partial).
qsizetype cutUndecidedTable(QByteArrayView text, qsizetype lastLine) {
    const auto lineBefore = [&](qsizetype begin) { return begin == 0 ? -1 : lineBegin(text, begin - 1); };
    const auto lineAt = [&](qsizetype begin) {
        const qsizetype end = text.indexOf('\n', begin);
        return text.sliced(begin, (end < 0 ? text.size() : end) - begin);
    };
    const bool lastIsPipe = isPipeLine(lineAt(lastLine));
    const bool lastIsEmpty = lastLine == text.size();
    if (!lastIsPipe && !lastIsEmpty) return text.size();
    const qsizetype second = lineBefore(lastLine);
    const bool secondIsPipe = second >= 0 && isPipeLine(lineAt(second));
    if (!secondIsPipe) return lastIsPipe ? lastLine : text.size();
    const qsizetype third = lineBefore(second);
    if (third >= 0 && isPipeLine(lineAt(third))) return text.size(); // the table stands
    // `second` is the head; it waits for a complete second line.
    return second;
}

// Markup that is open at the end of one paragraph.
class InlineCloser {
 public:
    explicit InlineCloser(QByteArrayView text) : m_text(text) {}

    // Writes the paragraph with its end settled.
    QByteArray run() {
        while (m_at < m_text.size() && !m_stop)
            step();
        QByteArray closed = m_stop ? m_result : m_result + m_text.sliced(m_from).toByteArray();
        qsizetype end = closed.size();
        while (end > 0 && isSpace(closed[end - 1]))
            --end;
        if (m_open.isEmpty() && m_tail.isEmpty()) return closed;
        closed.truncate(end);
        closed += m_tail;
        for (auto open = m_open.crbegin(); open != m_open.crend(); ++open) {
            // Nothing between the marks: "**" alone would show up.
            if (open->contentAt >= closed.size()) {
                closed.truncate(open->contentAt - open->length);
                continue;
            }
            closed += QByteArray(open->length, open->mark);
        }
        return closed;
    }

 private:
    struct Open {
        char mark;
        qsizetype length;
        qsizetype contentAt; // in the result
    };

    qsizetype runLength(qsizetype at) const {
        qsizetype end = at;
        while (end < m_text.size() && m_text[end] == m_text[at])
            ++end;
        return end - at;
    }

    // Copies what was passed so far and goes on behind `count` characters, which are left out.
    void skip(qsizetype count) {
        m_result += m_text.sliced(m_from, m_at - m_from).toByteArray();
        m_at += count;
        m_from = m_at;
    }

    void step() {
        switch (m_text[m_at]) {
            case '\\':
                if (m_at + 1 == m_text.size()) return skip(1);
                m_at += 2;
                return;
            case '`':
                return code();
            case '*':
            case '_':
            case '~':
                return emphasis();
            case '!':
                if (m_at + 1 == m_text.size()) return skip(1);
                ++m_at;
                return;
            case '[':
                return link();
            default:
                ++m_at;
        }
    }

    void code() {
        const qsizetype run = runLength(m_at);
        qsizetype at = m_at + run;
        while (at < m_text.size()) {
            const qsizetype tick = m_text.indexOf('`', at);
            if (tick < 0) break;
            const qsizetype length = runLength(tick);
            if (length == run) {
                m_at = tick + length;
                return;
            }
            // Half of the closing marks.
            if (tick + length == m_text.size() && length < run) {
                m_result += m_text.sliced(m_from, tick - m_from).toByteArray();
                m_tail = QByteArray(run, '`');
                m_stop = true;
                return;
            }
            at = tick + length;
        }
        if (m_at + run == m_text.size()) return skip(run);
        m_result += m_text.sliced(m_from).toByteArray();
        m_tail = QByteArray(run, '`');
        m_stop = true;
    }

    void emphasis() {
        const char mark = m_text[m_at];
        const qsizetype run = runLength(m_at);
        const char before = m_at == 0 ? ' ' : m_text[m_at - 1];
        const bool atEnd = m_at + run == m_text.size();
        const char after = atEnd ? ' ' : m_text[m_at + run];
        const bool matches = !m_open.isEmpty() && m_open.last().mark == mark;
        if (matches && !isSpace(before)) {
            // A closing mark, whole or the half of it that has come so far.
            if (run >= m_open.last().length) {
                const bool more = run > m_open.last().length && m_open.size() > 1;
                m_open.removeLast();
                if (more && m_open.last().mark == mark) m_open.removeLast();
                m_at += run;
                return;
            }
            if (atEnd) return skip(run);
        }
        const bool opens = !isSpace(after) && (mark == '*' && run > 1 ? true : !isWord(before)) &&
                           (mark != '~' || run == 2) && run <= 3;
        if (atEnd && (isSpace(before) || !isWord(before) || run <= 2)) return skip(run);
        m_at += run;
        if (!opens || m_open.size() >= 8) return;
        m_open.append({mark, run, m_result.size() + m_at - m_from});
    }

    // "[text", "[text]" and "[text](http://…" at the end are shown as "text".
    void link() {
        const qsizetype close = m_text.indexOf(']', m_at);
        const bool picture = m_at > m_from && m_text[m_at - 1] == '!';
        const auto dropOpening = [&] {
            if (picture) --m_at;
            skip(picture ? 2 : 1);
        };
        if (close < 0) return dropOpening();
        if (close + 1 == m_text.size()) {
            m_text = m_text.first(close);
            return dropOpening();
        }
        if (m_text[close + 1] != '(' || m_text.indexOf(')', close) >= 0) {
            ++m_at;
            return;
        }
        m_text = m_text.first(close);
        dropOpening();
    }

    QByteArrayView m_text;
    QByteArray m_result;
    QByteArray m_tail;
    QList<Open> m_open;
    qsizetype m_at = 0;
    qsizetype m_from = 0;
    bool m_stop = false;
};

// Inline markup does not reach over these: the last blank line, the start of a list item or heading, a
// table's cell.
qsizetype paragraphBegin(QByteArrayView text) {
    qsizetype end = text.size();
    if (end > 0 && text[end - 1] == '\n') --end;
    for (;;) {
        const qsizetype begin = lineBegin(text, end);
        const QByteArrayView line = text.sliced(begin, end - begin);
        if (isBlank(line)) return qMin(end + 1, text.size());
        if (isPipeLine(line)) return begin + line.lastIndexOf('|') + 1;
        const QByteArrayView content = lineContent(line);
        if (content.startsWith('#')) return begin;
        if (content.size() != line.size()) return begin + line.size() - content.size();
        if (begin == 0) return 0;
        end = begin - 1;
    }
}

} // namespace

QByteArray settleTail(const QByteArray& utf8) {
    LineScanner scanner(utf8);
    SourceLine line;
    SourceLine last;
    while (scanner.next(&line))
        last = line;
    if (utf8.isEmpty()) return utf8;
    const QByteArrayView lastText = QByteArrayView(utf8).sliced(last.begin, last.end - last.begin);
    if (last.kind == SourceLine::FenceOpen && !last.complete) return utf8.first(last.begin);
    if (scanner.inFence()) {
        const QByteArrayView content = lastText.trimmed();
        const char mark[] = {scanner.fenceChar(), '\0'};
        const bool closing = !last.complete && !content.isEmpty() && consistsOf(content, mark);
        return closing ? utf8.first(last.begin) : utf8;
    }
    if (last.kind == SourceLine::FenceClose) return utf8;
    const qsizetype lastBegin = last.complete ? utf8.size() : last.begin;
    const bool tableCell = !last.complete && isPipeLine(lastText);
    const qsizetype tableEnd = cutUndecidedTable(utf8, lastBegin);
    if (tableEnd < utf8.size()) return utf8.first(tableEnd);
    if (!last.complete && !tableCell && isUndecidedLine(lastText)) return utf8.first(last.begin);
    const qsizetype begin = paragraphBegin(utf8);
    return utf8.first(begin) + InlineCloser(QByteArrayView(utf8).sliced(begin)).run();
}

} // namespace ui::chat::markdown
