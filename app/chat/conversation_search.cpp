// Terms, conditions, snippets.
#include "app/chat/conversation_search.h"

#include <QRegularExpression>
#include <algorithm>

namespace app::chat {

namespace {

constexpr qsizetype kTrigram = 3;
constexpr qsizetype kBefore = 32, kLongest = 120;

QString quoted(QString term) {
    return QLatin1Char('"') + term.replace(QLatin1Char('"'), QLatin1String("\"\"")) + QLatin1Char('"');
}

QString likePattern(QString term) {
    for (const QChar special : {QLatin1Char('\\'), QLatin1Char('%'), QLatin1Char('_')})
        term.replace(special, QLatin1Char('\\') + QString(special));
    return QLatin1Char('%') + term + QLatin1Char('%');
}

// SQLite's LIKE knows upper and lower case of ASCII only.
QStringList caseVariants(const QString& term) {
    QStringList variants{term, term.toLower(), term.toUpper()};
    variants.removeDuplicates();
    return variants;
}

} // namespace

QStringList searchTerms(const QString& typed) {
    static const QRegularExpression term(QStringLiteral("\"([^\"]+)\"|(\\S+)"));
    QStringList terms;
    QString text = typed.left(1000);
    text.remove(QChar(0)); // ends a query before its closing quote
    for (auto matches = term.globalMatch(text); matches.hasNext();) {
        const QRegularExpressionMatch match = matches.next();
        const QString word =
            match.captured(match.hasCaptured(1) && match.capturedLength(1) > 0 ? 1 : 2).trimmed();
        if (!word.isEmpty()) terms.append(word);
    }
    terms.removeDuplicates();
    return terms;
}

SearchCondition searchCondition(const QStringList& terms, const QString& index, const QString& column) {
    SearchCondition condition;
    QStringList matches, parts;
    for (const QString& term : terms)
        if (term.toUcs4().size() >= kTrigram) matches.append(quoted(term));
    if (!matches.isEmpty()) {
        condition.usesIndex = true;
        parts.append(index + QStringLiteral(" MATCH ?"));
        condition.values.append(matches.join(QStringLiteral(" AND ")));
    }
    for (const QString& term : terms) {
        if (term.toUcs4().size() >= kTrigram) continue;
        QStringList alternatives;
        for (const QString& variant : caseVariants(term)) {
            alternatives.append(column + QStringLiteral(" LIKE ? ESCAPE '\\'"));
            condition.values.append(likePattern(variant));
        }
        parts.append(QLatin1Char('(') + alternatives.join(QStringLiteral(" OR ")) + QLatin1Char(')'));
    }
    condition.sql = parts.join(QStringLiteral(" AND "));
    return condition;
}

QList<QPair<int, int>> searchMarks(const QString& text, const QStringList& terms) {
    QList<QPair<int, int>> all;
    for (const QString& term : terms)
        for (qsizetype at = text.indexOf(term, 0, Qt::CaseInsensitive); at >= 0;
             at = text.indexOf(term, at + term.size(), Qt::CaseInsensitive))
            all.append({static_cast<int>(at), static_cast<int>(term.size())});
    std::sort(all.begin(), all.end());
    QList<QPair<int, int>> marks;
    for (const QPair<int, int>& mark : all) {
        if (!marks.isEmpty() && mark.first < marks.last().first + marks.last().second)
            marks.last().second = qMax(marks.last().second, mark.first + mark.second - marks.last().first);
        else
            marks.append(mark);
    }
    return marks;
}

QString searchSnippet(const QString& text, const QStringList& terms) {
    qsizetype hit = -1;
    for (const QString& term : terms) {
        const qsizetype at = text.indexOf(term, 0, Qt::CaseInsensitive);
        if (at >= 0 && (hit < 0 || at < hit)) hit = at;
    }
    hit = qMax<qsizetype>(hit, 0);
    qsizetype begin = qMax<qsizetype>(hit - kBefore, 0);
    if (begin > 0) { // at the beginning of a word, never inside a surrogate pair
        const qsizetype space = text.indexOf(QLatin1Char(' '), begin);
        if (space >= 0 && space < hit) begin = space + 1;
        if (text[begin].isLowSurrogate()) ++begin;
    }
    qsizetype end = qMin(begin + kLongest, text.size());
    if (end < text.size() && text[end].isLowSurrogate()) --end;
    QString snippet = text.mid(begin, end - begin).simplified();
    if (begin > 0) snippet.prepend(QChar(0x2026));
    if (end < text.size()) snippet.append(QChar(0x2026));
    return snippet;
}

} // namespace app::chat
