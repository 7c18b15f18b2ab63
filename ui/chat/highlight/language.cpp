// Languages by name, and the choice of the lexer.
#include "ui/chat/highlight/language.h"

#include <QHash>
#include <memory>
#include <vector>

#include "ui/chat/highlight/lexers.h"

namespace ui::chat::highlight {
namespace {

QStringList words(const char* list) {
    return QString::fromLatin1(list).split(QLatin1Char(' '), Qt::SkipEmptyParts);
}

struct Registry {
    std::vector<std::unique_ptr<const Language>> all;
    QHash<QString, const Language*> byAlias;
};

const Registry& registry() {
    static const Registry made = [] {
        Registry result;
        for (const LanguageRules* rules : languageTable()) {
            const Language* language =
                result.all.emplace_back(std::make_unique<const Language>(*rules)).get();
            const QStringList aliases = words(rules->aliases);
            for (const QString& alias : aliases)
                result.byAlias.insert(alias, language);
        }
        return result;
    }();
    return made;
}

} // namespace

Language::Language(const LanguageRules& rules) : m_rules(&rules) {
    const QStringList keywords = words(rules.keywords);
    const QStringList types = words(rules.types);
    m_keywords = QSet<QString>(keywords.begin(), keywords.end());
    m_types = QSet<QString>(types.begin(), types.end());
    m_lineComments = words(rules.lineComments);
    const QStringList comment = words(rules.blockComment);
    m_commentOpen = comment.value(0);
    m_commentClose = comment.value(1);
    m_longQuotes = words(rules.longQuotes);
}

bool Language::contains(const QSet<QString>& set, QStringView word) const {
    // Nothing in the tables is longer.
    if (word.size() > 32) return false;
    return set.contains(m_rules->ignoreCase ? word.toString().toLower() : word.toString());
}

const Language* findLanguage(const QString& fenceWord) {
    return registry().byAlias.value(fenceWord.toLower());
}

QList<const Language*> allLanguages() {
    QList<const Language*> all;
    for (const auto& language : registry().all)
        all.append(language.get());
    return all;
}

int tokenizeLine(const Language& language, QStringView line, int state, QList<Token>* tokens) {
    tokens->clear();
    switch (language.rules().form) {
        case LineForm::Markup:
            return tokenizeMarkup(line, state, tokens);
        case LineForm::Diff:
            return tokenizeDiff(line, tokens);
        case LineForm::Markdown:
            return tokenizeMarkdown(line, state, tokens);
        default:
            return tokenizeCode(language, line, state, tokens);
    }
}

} // namespace ui::chat::highlight
