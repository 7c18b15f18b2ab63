// The lexer for everything that looks like a programming language or a table of keys.
#include "ui/chat/highlight/lexers.h"

namespace ui::chat::highlight {
namespace {

// State: 0 plain, 1 + depth << 8 in a block comment, 2 + n in the n-th kind of long string, and in CSS 1 <<
// 16 per open brace (few, so they fit).
constexpr int kPlain = 0;
constexpr int kComment = 1;
constexpr int kLongString = 2;
constexpr int kBrace = 1 << 16;
constexpr int kMaxDepth = 200;

bool isLetter(QChar c) {
    return c.isLetter() || c == QLatin1Char('_');
}
bool isSpace(QChar c) {
    return c == QLatin1Char(' ') || c == QLatin1Char('\t');
}

class CodeLexer {
 public:
    CodeLexer(const Language& language, QStringView line, int state, QList<Token>* tokens)
        : m_language(language),
          m_rules(language.rules()),
          m_line(line),
          m_size(static_cast<int>(line.size())),
          m_mode(state & 0xFF),
          m_depth((state >> 8) & 0xFF),
          m_braces(state / kBrace),
          m_tokens(tokens) {}

    int run() {
        if (m_mode == kComment) finishComment();
        if (m_mode >= kLongString) finishLongString();
        if (m_mode == kPlain) startLine();
        while (m_at < m_size && m_mode == kPlain)
            step();
        return m_mode + (m_depth << 8) + qMin(m_braces, 1000) * kBrace;
    }

 private:
    QChar at(int i) const { return i >= 0 && i < m_size ? m_line[i] : QChar(); }
    bool startsWith(const QString& text) const {
        return !text.isEmpty() && m_line.sliced(m_at).startsWith(text);
    }

    void add(int start, int end, TokenKind kind) {
        if (end > start) m_tokens->append({start, end - start, kind});
    }

    void take(int end, TokenKind kind) {
        add(m_at, end, kind);
        m_at = end;
    }

    bool isWordMark(QChar c) const {
        for (const char* mark = m_rules.wordMarks; *mark != 0; ++mark)
            if (c == QLatin1Char(*mark)) return true;
        return false;
    }

    int wordEnd(int from) const {
        while (from < m_size &&
               (isLetter(m_line[from]) || m_line[from].isDigit() || isWordMark(m_line[from])))
            ++from;
        return from;
    }

    int firstText() const {
        int i = m_at;
        while (i < m_size && isSpace(m_line[i]))
            ++i;
        return i;
    }

    // What a line's beginning means in this language.
    void startLine() {
        const int first = firstText();
        if (first >= m_size) return;
        if (m_rules.hashDirectives && m_line[first] == QLatin1Char('#')) return directive(first);
        switch (m_rules.form) {
            case LineForm::KeyColon:
                return key(first, QLatin1Char(':'));
            case LineForm::KeyEquals:
                if (m_line[first] == QLatin1Char('[')) {
                    m_at = first;
                    const auto close = m_line.lastIndexOf(QLatin1Char(']'));
                    return take(close < first ? m_size : static_cast<int>(close) + 1, TokenKind::Type);
                }
                return key(first, QLatin1Char('='));
            case LineForm::FirstWord:
                return firstWord(first);
            case LineForm::MakeRules:
                return makeLine(first);
            default:
                return;
        }
    }

    // "#include <x>": the directive and, for an include, the file.
    void directive(int first) {
        m_at = first;
        int end = first + 1;
        while (end < m_size && isSpace(m_line[end]))
            ++end;
        end = wordEnd(end);
        const QStringView word = m_line.sliced(first, end - first);
        take(end, TokenKind::Preproc);
        if (!word.endsWith(QLatin1String("include"))) return;
        m_at = firstText();
        if (at(m_at) == QLatin1Char('<')) {
            const auto close = m_line.indexOf(QLatin1Char('>'), m_at);
            take(close < 0 ? m_size : static_cast<int>(close) + 1, TokenKind::String);
        }
    }

    void key(int first, QChar mark) {
        int i = first;
        while (at(i) == QLatin1Char('-') && isSpace(at(i + 1)))
            i = i + 2;
        const int begin = i;
        if (at(i) == QLatin1Char('"') || at(i) == QLatin1Char('\'') || at(i) == QLatin1Char('#')) return;
        while (i < m_size && m_line[i] != mark && m_line[i] != QLatin1Char('#'))
            ++i;
        if (at(i) != mark) return;
        // "http://x" is no key.
        if (mark == QLatin1Char(':') && i + 1 < m_size && !isSpace(m_line[i + 1])) return;
        add(begin, i, TokenKind::Function);
        m_at = i;
    }

    void firstWord(int first) {
        const int end = wordEnd(first);
        if (!m_language.isKeyword(m_line.sliced(first, end - first))) return;
        add(first, end, TokenKind::Keyword);
        m_at = end;
    }

    void makeLine(int first) {
        if (m_line[0] == QLatin1Char('\t') || m_line[first] == QLatin1Char('#')) return;
        int i = first;
        while (i < m_size && m_line[i] != QLatin1Char(':') && m_line[i] != QLatin1Char('=') &&
               m_line[i] != QLatin1Char('#'))
            ++i;
        if (i >= m_size || m_line[i] == QLatin1Char('#')) return;
        const bool assignment = m_line[i] == QLatin1Char('=') || at(i + 1) == QLatin1Char('=');
        int end = i;
        while (end > first && (isSpace(m_line[end - 1]) || m_line[end - 1] == QLatin1Char('?') ||
                               m_line[end - 1] == QLatin1Char('+')))
            --end;
        add(first, end, assignment ? TokenKind::Type : TokenKind::Function);
        m_at = i;
    }

    void finishComment() {
        const QString& open = m_language.commentOpen();
        const QString& close = m_language.commentClose();
        const int begin = m_at;
        while (m_at < m_size) {
            if (m_rules.nestedComments && startsWith(open) && m_depth < kMaxDepth) {
                ++m_depth;
                m_at += static_cast<int>(open.size());
            } else if (startsWith(close)) {
                m_at += static_cast<int>(close.size());
                if (m_depth == 0) {
                    m_mode = kPlain;
                    break;
                }
                --m_depth;
            } else {
                ++m_at;
            }
        }
        add(begin, m_at, TokenKind::Comment);
    }

    void finishLongString() {
        const QStringList& kinds = m_language.longQuotes();
        const int index = m_mode - kLongString;
        if (index >= kinds.size()) {
            m_mode = kPlain;
            return;
        }
        const QString& close = kinds[index];
        const int begin = m_at;
        while (m_at < m_size) {
            if (m_line[m_at] == QLatin1Char('\\') && !m_rules.doubledQuotes) {
                m_at = qMin(m_at + 2, m_size);
            } else if (startsWith(close)) {
                m_at += static_cast<int>(close.size());
                m_mode = kPlain;
                break;
            } else {
                ++m_at;
            }
        }
        add(begin, m_at, TokenKind::String);
    }

    bool startsLineComment() const {
        for (const QString& mark : m_language.lineComments()) {
            if (!startsWith(mark)) continue;
            // "#" in the middle of a word ("a#b" in a shell) does not begin a comment.
            const bool hash = mark.size() == 1 && m_at > 0 && !isSpace(m_line[m_at - 1]);
            if (hash && (m_rules.dollarVariables || m_rules.form == LineForm::KeyColon)) continue;
            return true;
        }
        return false;
    }

    void step() {
        const QChar c = m_line[m_at];
        if (isSpace(c)) {
            ++m_at;
            return;
        }
        // Before line comments: Lua's "--[[" begins like one.
        if (startsWith(m_language.commentOpen())) {
            m_mode = kComment;
            add(m_at, m_at + static_cast<int>(m_language.commentOpen().size()), TokenKind::Comment);
            m_at += static_cast<int>(m_language.commentOpen().size());
            return finishComment();
        }
        if (startsLineComment()) return take(m_size, TokenKind::Comment);
        for (int i = 0; i < m_language.longQuotes().size(); ++i) {
            if (!startsWith(m_language.longQuotes()[i])) continue;
            m_mode = kLongString + i;
            const int size = static_cast<int>(m_language.longQuotes()[i].size());
            add(m_at, m_at + size, TokenKind::String);
            m_at += size;
            return finishLongString();
        }
        if (isQuote(c)) return string(c);
        if (c.isDigit() || (c == QLatin1Char('.') && at(m_at + 1).isDigit())) return number();
        if (c == QLatin1Char('@') && m_rules.atIsPreproc) return take(wordEnd(m_at + 1), TokenKind::Preproc);
        if (c == QLatin1Char('$') && m_rules.dollarVariables) return variable();
        if (isLetter(c) || (isWordMark(c) && (isLetter(at(m_at + 1)) || c == QLatin1Char('$'))))
            return word();
        if (c == QLatin1Char('{')) ++m_braces;
        if (c == QLatin1Char('}')) m_braces = qMax(0, m_braces - 1);
        punctuation(c);
    }

    bool isQuote(QChar c) const {
        for (const char* quote = m_rules.quotes; *quote != 0; ++quote)
            if (c == QLatin1Char(*quote)) return true;
        return false;
    }

    int stringEnd(QChar quote) const {
        int i = m_at + 1;
        while (i < m_size) {
            if (m_line[i] == QLatin1Char('\\') && !m_rules.doubledQuotes)
                i += 2;
            else if (m_line[i] != quote)
                ++i;
            else if (m_rules.doubledQuotes && at(i + 1) == quote)
                i += 2;
            else
                return i + 1;
        }
        return -1;
    }

    void string(QChar quote) {
        const int end = stringEnd(quote);
        if (quote == QLatin1Char('\'') && m_rules.charQuotes) {
            // 'a', '\n', '\u{1F642}'; a lifetime or a prime has no second mark near.
            const bool character = end > 0 && (end - m_at <= 4 || at(m_at + 1) == QLatin1Char('\\'));
            if (!character) return take(wordEnd(m_at + 1), TokenKind::Preproc);
        }
        const int stop = end < 0 ? m_size : qMin(end, m_size);
        int next = stop;
        while (next < m_size && isSpace(m_line[next]))
            ++next;
        const bool isKey = at(next) == QLatin1Char(':') &&
                           (m_rules.form == LineForm::JsonKeys || m_rules.form == LineForm::KeyColon);
        take(stop, isKey ? TokenKind::Function : TokenKind::String);
    }

    void number() {
        int end = m_at + 1;
        while (end < m_size) {
            const QChar c = m_line[end];
            const bool exponent = (c == QLatin1Char('+') || c == QLatin1Char('-')) &&
                                  m_line[end - 1].toLower() == QLatin1Char('e') &&
                                  at(m_at + 1).toLower() != QLatin1Char('x');
            const bool separator = c == QLatin1Char('\'') && at(end + 1).isDigit() && m_rules.hashDirectives;
            if (!c.isLetterOrNumber() && c != QLatin1Char('_') &&
                !(c == QLatin1Char('.') && at(end + 1) != QLatin1Char('.')) && !exponent && !separator &&
                !(c == QLatin1Char('%') && m_rules.form == LineForm::Css))
                break;
            ++end;
        }
        take(end, TokenKind::Number);
    }

    void variable() {
        if (at(m_at + 1) == QLatin1Char('{')) {
            const auto close = m_line.indexOf(QLatin1Char('}'), m_at);
            return take(close < 0 ? m_size : static_cast<int>(close) + 1, TokenKind::Type);
        }
        const int end = wordEnd(m_at + 1);
        take(qMax(end, m_at + 1), TokenKind::Type);
    }

    void word() {
        const int end = wordEnd(m_at + 1);
        const QStringView text = m_line.sliced(m_at, end - m_at);
        int next = end;
        while (next < m_size && isSpace(m_line[next]))
            ++next;
        // Letters before a string: a prefix such as r"", f'' or u8"".
        if (end - m_at <= 3 && isQuote(at(end)) && !m_language.isKeyword(text) &&
            m_rules.form == LineForm::Plain) {
            m_at = end;
            return;
        }
        const bool member = at(m_at - 1) == QLatin1Char('.') && at(m_at - 2) != QLatin1Char('.');
        if (m_rules.form == LineForm::Css && m_braces > 0 && at(next) == QLatin1Char(':'))
            return take(end, TokenKind::Function);
        if (m_language.isKeyword(text) && !(member && !m_rules.ignoreCase))
            return take(end, TokenKind::Keyword);
        if (m_language.isType(text) && !member) return take(end, TokenKind::Type);
        if (at(next) == QLatin1Char('(') && m_rules.form != LineForm::Css && !isCapital(text))
            return take(end, TokenKind::Function);
        if (m_rules.capitalTypes && isCapital(text)) return take(end, TokenKind::Type);
        if (at(next) == QLatin1Char('(') && m_rules.form != LineForm::Css)
            return take(end, TokenKind::Function);
        m_at = end;
    }

    // FooBar and Foo, but not FOO_BAR, which is a constant.
    bool isCapital(QStringView text) const {
        if (!m_rules.capitalTypes || !text[0].isUpper()) return false;
        if (text.size() == 1) return true;
        for (QChar c : text)
            if (c.isLower()) return true;
        return false;
    }

    void punctuation(QChar c) {
        static constexpr char kOperators[] = "+-*/%=<>!&|^~?:";
        for (const char* op = kOperators; *op != 0; ++op)
            if (c == QLatin1Char(*op)) {
                const bool joins = !m_tokens->isEmpty() && m_tokens->last().kind == TokenKind::Operator &&
                                   m_tokens->last().start + m_tokens->last().length == m_at;
                if (joins)
                    ++m_tokens->last().length;
                else
                    add(m_at, m_at + 1, TokenKind::Operator);
                break;
            }
        m_at += c.isHighSurrogate() && m_at + 1 < m_size ? 2 : 1;
    }

    const Language& m_language;
    const LanguageRules& m_rules;
    QStringView m_line;
    int m_size;
    int m_at = 0;
    int m_mode;
    int m_depth;
    int m_braces;
    QList<Token>* m_tokens;
};

} // namespace

int tokenizeCode(const Language& language, QStringView line, int state, QList<Token>* tokens) {
    return CodeLexer(language, line, state, tokens).run();
}

} // namespace ui::chat::highlight
