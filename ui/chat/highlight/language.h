// Which languages are coloured and by which rules; the rules are tables, the lexers read them.
#pragma once

#include <QList>
#include <QSet>
#include <QString>
#include <QStringView>

namespace ui::chat::highlight {

enum class TokenKind : quint8 {
    Keyword,
    Type,
    Function,
    String,
    Number,
    Comment,
    Preproc, // preprocessor, attribute, decorator
    Operator,
    Added, // lines of a diff
    Removed,
};

struct Token {
    int start = 0;
    int length = 0;
    TokenKind kind = TokenKind::Keyword;
    friend bool operator==(const Token&, const Token&) = default;
};

// How a line is read before the common rules apply.
enum class LineForm : quint8 {
    Plain,     // nothing special
    KeyColon,  // YAML: "key:" at the start
    KeyEquals, // TOML, INI: "[section]" and "key ="
    JsonKeys,  // a string before a colon is a key
    FirstWord, // Dockerfile: the instruction
    MakeRules, // "target:" and "NAME ="
    Css,       // "property:" inside braces, selectors outside
    Diff,
    Markdown,
    Markup, // tags
};

// Words are separated by blanks. Everything is ASCII.
struct LanguageRules {
    const char* name;    // as shown: "C++"
    const char* aliases; // in lower case, as written after a fence: "cpp c++ cc"
    const char* suffix;  // of a saved file
    LineForm form = LineForm::Plain;
    const char* keywords = "";
    const char* types = "";
    const char* lineComments = ""; // up to two: "// #"
    const char* blockComment = ""; // open and close: "/* */"
    const char* quotes = "\"'";    // strings that end with their line
    const char* longQuotes = "";   // strings over lines, each closed by what opened it: "\"\"\" '''"
    const char* wordMarks = "";    // further letters of a word: "-" in CSS, "$" in PHP
    bool ignoreCase = false;
    bool hashDirectives = false; // a line that begins with "#" is for the preprocessor
    bool capitalTypes = false;   // Words Like This are types
    bool nestedComments = false;
    bool atIsPreproc = false;     // @decorator
    bool dollarVariables = false; // $name is a variable
    bool doubledQuotes = false;   // '' inside a string instead of \'
    bool charQuotes = false;      // 'x' is one character; a lone ' is a lifetime or a prime
};

class Language {
 public:
    explicit Language(const LanguageRules& rules);

    const LanguageRules& rules() const { return *m_rules; }
    QString name() const { return QLatin1String(m_rules->name); }
    QString suffix() const { return QLatin1String(m_rules->suffix); }
    bool isKeyword(QStringView word) const { return contains(m_keywords, word); }
    bool isType(QStringView word) const { return contains(m_types, word); }
    const QStringList& lineComments() const { return m_lineComments; }
    const QString& commentOpen() const { return m_commentOpen; }
    const QString& commentClose() const { return m_commentClose; }
    const QStringList& longQuotes() const { return m_longQuotes; }

 private:
    bool contains(const QSet<QString>& words, QStringView word) const;

    const LanguageRules* m_rules;
    QSet<QString> m_keywords;
    QSet<QString> m_types;
    QStringList m_lineComments;
    QString m_commentOpen;
    QString m_commentClose;
    QStringList m_longQuotes;
};

// By what stands after the fence ("c++", "py", "Rust"); null when unknown.
const Language* findLanguage(const QString& fenceWord);
// Every language, for tests and menus.
QList<const Language*> allLanguages();

// The tokens of one line in order, without overlap; plain text has none. `state` is what the line before has
// returned, 0 at the beginning. Any text is accepted, also a language's wrong one.
int tokenizeLine(const Language& language, QStringView line, int state, QList<Token>* tokens);

} // namespace ui::chat::highlight
