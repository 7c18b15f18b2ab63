// The lexers for tags, for diffs and for Markdown.
#include "ui/chat/highlight/lexers.h"

namespace ui::chat::highlight {
namespace {

enum MarkupState { kOutside, kInComment, kInTag, kInDouble, kInSingle };

bool isNameLetter(QChar c) {
    return c.isLetterOrNumber() || c == QLatin1Char('-') || c == QLatin1Char('_') || c == QLatin1Char(':') ||
           c == QLatin1Char('.');
}

class MarkupLexer {
 public:
    MarkupLexer(QStringView line, int state, QList<Token>* tokens)
        : m_line(line), m_size(static_cast<int>(line.size())), m_state(state), m_tokens(tokens) {}

    int run() {
        while (m_at < m_size) {
            switch (m_state) {
                case kInComment:
                    until(QLatin1String("-->"), TokenKind::Comment, kOutside);
                    break;
                case kInDouble:
                    until(QLatin1String("\""), TokenKind::String, kInTag);
                    break;
                case kInSingle:
                    until(QLatin1String("'"), TokenKind::String, kInTag);
                    break;
                case kInTag:
                    inTag();
                    break;
                default:
                    outside();
            }
        }
        return m_state;
    }

 private:
    void take(int end, TokenKind kind) {
        if (end > m_at) m_tokens->append({m_at, end - m_at, kind});
        m_at = end;
    }

    void until(QLatin1String close, TokenKind kind, int next) {
        const auto found = m_line.indexOf(close, m_at);
        if (found >= 0) m_state = next;
        take(found < 0 ? m_size : static_cast<int>(found + close.size()), kind);
    }

    void outside() {
        const auto entity = m_line.indexOf(QLatin1Char('&'), m_at);
        const auto tag = m_line.indexOf(QLatin1Char('<'), m_at);
        if (entity >= 0 && (tag < 0 || entity < tag)) {
            m_at = static_cast<int>(entity);
            const auto end = m_line.indexOf(QLatin1Char(';'), m_at);
            if (end < 0 || end - m_at > 12)
                ++m_at;
            else
                take(static_cast<int>(end) + 1, TokenKind::Number);
            return;
        }
        if (tag < 0) {
            m_at = m_size;
            return;
        }
        m_at = static_cast<int>(tag);
        const QStringView rest = m_line.sliced(m_at);
        if (rest.startsWith(QLatin1String("<!--"))) {
            m_state = kInComment;
            return take(m_at + 4, TokenKind::Comment);
        }
        int end = m_at + 1;
        while (end < m_size && (m_line[end] == QLatin1Char('/') || m_line[end] == QLatin1Char('!') ||
                                m_line[end] == QLatin1Char('?')))
            ++end;
        const int name = end;
        while (end < m_size && isNameLetter(m_line[end]))
            ++end;
        if (end == name) return take(m_at + 1, TokenKind::Operator);
        take(name, TokenKind::Operator);
        take(end, TokenKind::Keyword);
        m_state = kInTag;
    }

    void inTag() {
        const QChar c = m_line[m_at];
        if (c == QLatin1Char('"') || c == QLatin1Char('\'')) {
            m_state = c == QLatin1Char('"') ? kInDouble : kInSingle;
            return take(m_at + 1, TokenKind::String);
        }
        if (c == QLatin1Char('>')) {
            m_state = kOutside;
            return take(m_at + 1, TokenKind::Operator);
        }
        if (isNameLetter(c)) {
            int end = m_at;
            while (end < m_size && isNameLetter(m_line[end]))
                ++end;
            return take(end, TokenKind::Preproc);
        }
        if (c == QLatin1Char('/') || c == QLatin1Char('=') || c == QLatin1Char('?'))
            return take(m_at + 1, TokenKind::Operator);
        ++m_at;
    }

    QStringView m_line;
    int m_size;
    int m_at = 0;
    int m_state;
    QList<Token>* m_tokens;
};

} // namespace

int tokenizeMarkup(QStringView line, int state, QList<Token>* tokens) {
    return MarkupLexer(line, state, tokens).run();
}

int tokenizeDiff(QStringView line, QList<Token>* tokens) {
    if (line.isEmpty()) return 0;
    const auto whole = [&](TokenKind kind) { tokens->append({0, static_cast<int>(line.size()), kind}); };
    const auto starts = [&](const char* mark) { return line.startsWith(QLatin1String(mark)); };
    if (starts("+++") || starts("---") || starts("diff ") || starts("index "))
        whole(TokenKind::Keyword);
    else if (starts("@@"))
        whole(TokenKind::Function);
    else if (starts("+"))
        whole(TokenKind::Added);
    else if (starts("-"))
        whole(TokenKind::Removed);
    else if (starts("\\"))
        whole(TokenKind::Comment);
    return 0;
}

// State: 1 inside a fenced block.
int tokenizeMarkdown(QStringView line, int state, QList<Token>* tokens) {
    const QStringView text = line.trimmed();
    const auto whole = [&](TokenKind kind) { tokens->append({0, static_cast<int>(line.size()), kind}); };
    if (text.startsWith(QLatin1String("```")) || text.startsWith(QLatin1String("~~~"))) {
        whole(TokenKind::Preproc);
        return state == 1 ? 0 : 1;
    }
    if (line.isEmpty()) return state;
    if (state == 1) {
        whole(TokenKind::String);
        return 1;
    }
    if (text.startsWith(QLatin1Char('#'))) {
        whole(TokenKind::Keyword);
        return 0;
    }
    if (text.startsWith(QLatin1Char('>'))) {
        whole(TokenKind::Comment);
        return 0;
    }
    qsizetype at = 0;
    while ((at = line.indexOf(QLatin1Char('`'), at)) >= 0) {
        const qsizetype end = line.indexOf(QLatin1Char('`'), at + 1);
        if (end < 0) break;
        tokens->append({static_cast<int>(at), static_cast<int>(end + 1 - at), TokenKind::String});
        at = end + 1;
    }
    return 0;
}

} // namespace ui::chat::highlight
