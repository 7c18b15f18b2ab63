// Recognising fences. It is a little more generous than CommonMark about indentation; a wrong guess costs a
// nicety of streaming or of mathematics, never text.
#include "ui/chat/markdown/line_scanner.h"

namespace ui::chat::markdown {
namespace {

bool isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

// Length of a list marker with its blank at `at`, 0 if there is none.
qsizetype listMarker(QByteArrayView line, qsizetype at) {
    const auto blankAt = [&](qsizetype i) { return i < line.size() && isSpace(line[i]); };
    const char c = line[at];
    if (c == '-' || c == '*' || c == '+') return blankAt(at + 1) ? 2 : 0;
    qsizetype i = at;
    while (i < line.size() && i - at < 9 && line[i] >= '0' && line[i] <= '9')
        ++i;
    if (i == at || i >= line.size() || (line[i] != '.' && line[i] != ')')) return 0;
    return blankAt(i + 1) ? i + 2 - at : 0;
}

} // namespace

QByteArrayView lineContent(QByteArrayView line) {
    qsizetype at = 0;
    while (at < line.size()) {
        if (isSpace(line[at]) || line[at] == '>') {
            ++at;
            continue;
        }
        const qsizetype marker = listMarker(line, at);
        if (marker == 0) break;
        at += marker;
    }
    return line.sliced(at);
}

bool isBlank(QByteArrayView line) {
    for (char c : line)
        if (!isSpace(c)) return false;
    return true;
}

bool LineScanner::next(SourceLine* line) {
    if (m_at >= m_source.size()) return false;
    const qsizetype end = m_source.indexOf('\n', m_at);
    line->begin = m_at;
    line->complete = end >= 0;
    line->end = line->complete ? end : m_source.size();
    line->kind = classify(m_source.sliced(line->begin, line->end - line->begin));
    m_at = line->end + 1;
    return true;
}

SourceLine::Kind LineScanner::classify(QByteArrayView line) {
    const QByteArrayView content = lineContent(line);
    qsizetype run = 0;
    const char c = content.isEmpty() ? '\0' : content[0];
    if (c == '`' || c == '~')
        while (run < content.size() && content[run] == c)
            ++run;
    if (m_fence == 0) {
        if (run < 3) return SourceLine::Text;
        if (c == '`' && content.indexOf('`', run) >= 0) return SourceLine::Text; // a code span
        m_fence = c;
        m_fenceLength = run;
        return SourceLine::FenceOpen;
    }
    if (c != m_fence || run < m_fenceLength || !isBlank(content.sliced(run))) return SourceLine::InFence;
    m_fence = 0;
    return SourceLine::FenceClose;
}

} // namespace ui::chat::markdown
