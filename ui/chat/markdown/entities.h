// Character references, "&amp;" and "&#8364;".
#pragma once

#include <QByteArrayView>
#include <QString>

namespace ui::chat::markdown {

// The character behind a reference, or the reference itself when there is no such name.
QString decodeEntity(QByteArrayView reference);

} // namespace ui::chat::markdown
