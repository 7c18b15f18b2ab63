// Finding formulas, extracting them, and breaking over-long paragraphs, in one pass over the source.
#include "ui/chat/markdown/math_spans.h"

#include <cstring>

#include "ui/chat/markdown/line_scanner.h"
#include "ui/chat/markdown/table_repair.h"

namespace ui::chat::markdown {
namespace {

// A formula longer than this is a stray delimiter.
constexpr qsizetype kLongestFormula = 8 * 1024;

bool isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

// End of the paragraph that contains `at`, looked for up to `limit`: the next blank line or the limit.
qsizetype paragraphEnd(QByteArrayView text, qsizetype at, qsizetype limit) {
    limit = qMin(limit, text.size());
    while (at < limit) {
        const qsizetype line = text.first(limit).indexOf('\n', at);
        if (line < 0) return limit;
        qsizetype next = line + 1;
        while (next < limit && (text[next] == ' ' || text[next] == '\t' || text[next] == '\r'))
            ++next;
        if (next >= limit || text[next] == '\n') return line;
        at = line + 1;
    }
    return limit;
}

// Money and shell variables are not mathematics: accept only what has an operator of TeX and tight edges.
bool looksLikeMath(QByteArrayView content) {
    if (content.isEmpty() || isSpace(content.front()) || isSpace(content.back())) return false;
    if (content.indexOf('`') >= 0 || content.indexOf('\n') >= 0) return false;
    for (char c : content)
        if (std::strchr("\\^_{=", c) != nullptr && c != 0) return true;
    // A lone letter, as in $n$.
    return content.size() == 1 &&
           ((content[0] >= 'a' && content[0] <= 'z') || (content[0] >= 'A' && content[0] <= 'Z'));
}

class Protector {
 public:
    Protector(const QByteArray& utf8, Stage stage) : m_source(utf8), m_stage(stage) {}

    Protected run() {
        m_result.text.reserve(m_source.size() + m_source.size() / 16);
        LineScanner scanner(m_source);
        SourceLine line;
        while (scanner.next(&line)) {
            const qsizetype end = line.complete ? line.end + 1 : line.end;
            if (line.begin < m_at)
                while (m_at < end)
                    step(end); // the rest behind a formula over several lines
            else if (line.kind == SourceLine::Text)
                takeTextLine(line, end);
            else
                copyMarkless(line.begin, end);
            m_at = qMax(m_at, end);
        }
        return std::move(m_result);
    }

 private:
    void takeTextLine(const SourceLine& line, qsizetype end) {
        const QByteArrayView view = m_source;
        const QByteArrayView text = view.sliced(line.begin, line.end - line.begin);
        const QByteArrayView content = lineContent(text);
        // Structure starts a paragraph of its own; only plain lines add up. Rows of a table stay together.
        const bool pipe = content.startsWith('|');
        m_inTable = pipe && (m_inTable || isDelimiterRow(content));
        if (content.isEmpty() || content.size() != text.size() || content[0] == '#' || m_inTable) m_run = 0;
        m_linePrefix = text.first(text.size() - content.size());
        if (m_run > kLongestParagraph) breakParagraph(false);
        m_at = line.begin;
        while (m_at < end)
            step(end);
    }

    void step(qsizetype lineEnd) {
        const char c = m_source[m_at];
        // One endless word: break it anywhere but inside a character.
        if (m_run > 2 * kLongestParagraph && (c & 0xC0) != 0x80) breakParagraph(true);
        if (c == '\\') return backslash(lineEnd);
        if (c == '$') return dollar();
        if (c == '`') return codeSpan();
        if (c == '\xF4' && startsWithMark(m_at))
            return extract(Extract::Literal, m_at, m_at + 4, m_at, m_at + 4);
        put(1);
        if (c == ' ' && m_run > kLongestParagraph) breakParagraph(true);
    }

    bool startsWithMark(qsizetype at) const {
        const QByteArrayView rest = QByteArrayView(m_source).sliced(at);
        return rest.startsWith(kPlaceholderBegin) || rest.startsWith(kPlaceholderEnd) ||
               rest.startsWith(kContinuationMark);
    }

    void put(qsizetype count) {
        m_result.text.append(m_source.constData() + m_at, count);
        m_at += count;
        m_run += count;
    }

    // Code keeps its text as it is, except for the private marks.
    void copyMarkless(qsizetype begin, qsizetype end) {
        m_run = 0;
        m_at = begin;
        while (m_at < end) {
            const qsizetype mark = m_source.indexOf('\xF4', m_at);
            const qsizetype stop = mark < 0 || mark > end ? end : mark;
            put(stop - m_at);
            if (m_at >= end) break;
            if (startsWithMark(m_at))
                extract(Extract::Literal, m_at, m_at + 4, m_at, m_at + 4);
            else
                put(1);
        }
        m_run = 0;
    }

    void breakParagraph(bool insideLine) {
        m_result.text.append(insideLine ? "\n\n" : "\n");
        // The piece stands in the same quotes and items as its line: list markers become blanks.
        for (char c : m_linePrefix)
            m_result.text.append(c == '>' || c == '\t' ? c : ' ');
        m_result.text.append(kContinuationMark);
        if (insideLine) m_result.text.append(kContinuationMark);
        m_run = 0;
    }

    void extract(Extract::Kind kind, qsizetype begin, qsizetype end, qsizetype contentBegin,
                 qsizetype contentEnd) {
        Extract found;
        found.kind = kind;
        found.source = m_source.mid(begin, end - begin);
        found.content = kind == Extract::Literal
                            ? found.source
                            : m_source.mid(contentBegin, contentEnd - contentBegin).trimmed();
        m_result.text.append(kPlaceholderBegin);
        m_result.text.append(QByteArray::number(m_result.extracts.size()));
        m_result.text.append(kPlaceholderEnd);
        m_result.extracts.append(found);
        m_at = end;
        m_run += end - begin;
    }

    // Delimited mathematics from m_at; `open` and `close` are two characters long. False: it is not closed.
    bool delimited(Extract::Kind kind, const char* close) {
        const QByteArrayView view = m_source;
        const qsizetype begin = m_at + 2;
        const qsizetype limit = paragraphEnd(view, begin, begin + kLongestFormula);
        const QByteArrayView inside = view.sliced(begin, limit - begin);
        // Where the last search has found nothing, there is still nothing.
        qsizetype& searched = m_searched[close[1] == ')' ? 0 : close[1] == ']' ? 1 : 2];
        qsizetype found = inside.indexOf(close, qBound<qsizetype>(0, searched - begin - 1, inside.size()));
        if (found < 0) searched = limit;
        // A fence between the delimiters: the opening one was stray.
        if (found < 0) {
            const bool stillComing = m_stage == Stage::Streaming && limit == view.size() && !inside.isEmpty();
            if (!stillComing || inside.contains("```")) return false;
            found = inside.size();
            // Half of the closing delimiter is not part of the formula.
            const qsizetype shown = inside.endsWith(close[0]) ? found - 1 : found;
            extract(kind, m_at, view.size(), begin, begin + shown);
            return true;
        }
        if (inside.first(found).contains("```") || QByteArrayView(inside.first(found)).trimmed().isEmpty())
            return false;
        extract(kind, m_at, begin + found + 2, begin, begin + found);
        return true;
    }

    void backslash(qsizetype lineEnd) {
        const char next = m_at + 1 < m_source.size() ? m_source[m_at + 1] : '\0';
        if (next == '(' && delimited(Extract::InlineMath, "\\)")) return;
        if (next == '[' && delimited(Extract::DisplayMath, "\\]")) return;
        put(m_at + 1 < lineEnd ? 2 : 1);
    }

    void dollar() {
        const QByteArrayView view = m_source;
        if (m_at + 1 < view.size() && view[m_at + 1] == '$') {
            if (!delimited(Extract::DisplayMath, "$$")) put(2);
            return;
        }
        const qsizetype end = qMin(view.size(), m_at + 1 + kLongestFormula);
        qsizetype close = m_at + 1;
        while (close < end && view[close] != '$' && view[close] != '\n')
            close += view[close] == '\\' ? 2 : 1;
        if (close >= end || view[close] != '$') return put(1);
        const bool digitAfter = close + 1 < view.size() && isDigit(view[close + 1]);
        if (digitAfter || !looksLikeMath(view.sliced(m_at + 1, close - m_at - 1))) return put(1);
        extract(Extract::InlineMath, m_at, close + 1, m_at + 1, close);
    }

    // Code spans are copied whole, so that no formula is looked for inside.
    void codeSpan() {
        const QByteArrayView view = m_source;
        qsizetype run = 0;
        while (m_at + run < view.size() && view[m_at + run] == '`')
            ++run;
        const qsizetype limit = paragraphEnd(view, m_at, m_at + kLongestFormula);
        qsizetype at = m_at + run;
        while (at < limit) {
            const qsizetype tick = view.indexOf('`', at);
            if (tick < 0 || tick >= limit) break;
            qsizetype length = 0;
            while (tick + length < view.size() && view[tick + length] == '`')
                ++length;
            at = tick + length;
            if (length != run) continue;
            // Up to the end of this line only: the next line is looked at by itself.
            const qsizetype newline = view.indexOf('\n', m_at);
            return put(newline >= 0 && newline < at ? run : at - m_at);
        }
        put(run);
    }

    const QByteArray m_source;
    Stage m_stage;
    Protected m_result;
    qsizetype m_at = 0;
    qsizetype m_run = 0; // bytes of the present paragraph so far
    bool m_inTable = false;
    qsizetype m_searched[3] = {};
    QByteArrayView m_linePrefix;
};

} // namespace

Protected protectMath(const QByteArray& utf8, Stage stage) {
    return Protector(utf8, stage).run();
}

} // namespace ui::chat::markdown
