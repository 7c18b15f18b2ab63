// Makes the end of a text that is still growing fit to be shown.
#pragma once

#include <QByteArray>

namespace ui::chat::markdown {

// What is not decided yet is taken away (a lone "*", "- --", the head of a table without its second line),
// what is open is closed ("**bold" is shown bold at once), so that nothing flashes and turns into something
// else.
QByteArray settleTail(const QByteArray& utf8);

} // namespace ui::chat::markdown
