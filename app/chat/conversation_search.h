// What people type into the search field, as a query and as marks in the texts found.
#pragma once

#include <QList>
#include <QPair>
#include <QString>
#include <QStringList>
#include <QVariant>

namespace app::chat {

// Words, or "several words" in quotes; every one must occur, anywhere, in any case.
QStringList searchTerms(const QString& typed);

// The condition for one indexed column. Terms of three characters or more go through the trigram index,
// shorter ones are looked for in the text itself. Nothing that was typed is ever syntax.
struct SearchCondition {
    QString sql; // with ? for each value
    QVariantList values;
    bool usesIndex = false;
};
SearchCondition searchCondition(const QStringList& terms, const QString& index, const QString& column);

// Start and length of every occurrence of a term, in order, without overlaps.
QList<QPair<int, int>> searchMarks(const QString& text, const QStringList& terms);
// One line of about 120 characters around the first occurrence.
QString searchSnippet(const QString& text, const QStringList& terms);

} // namespace app::chat
