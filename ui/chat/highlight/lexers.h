// The lexers behind tokenizeLine, and the table they read. For this room only.
#pragma once

#include "ui/chat/highlight/language.h"

namespace ui::chat::highlight {

QList<const LanguageRules*> languageTable();

int tokenizeCode(const Language& language, QStringView line, int state, QList<Token>* tokens);
int tokenizeMarkup(QStringView line, int state, QList<Token>* tokens);
int tokenizeDiff(QStringView line, QList<Token>* tokens);
int tokenizeMarkdown(QStringView line, int state, QList<Token>* tokens);

} // namespace ui::chat::highlight
