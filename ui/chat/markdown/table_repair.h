// Tables as models write them, made tables for md4c too.
#pragma once

#include <QByteArray>
#include <QByteArrayView>

namespace ui::chat::markdown {

// GitHub takes "|-|-|" for the second line of a table and lets a table follow a line of text; md4c 0.4.8
// wants three marks in each column and an empty line before. This lengthens the marks and puts the line in.
// Code is left alone.
// Only bars, colons, dashes and blanks, with a bar and a dash: the second line of a table.
bool isDelimiterRow(QByteArrayView content);

QByteArray repairTables(const QByteArray& utf8);

} // namespace ui::chat::markdown
