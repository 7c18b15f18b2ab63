// What comes from a file or a network is text, whatever stands in it.
#include "ui/widgets/text_label.h"

namespace ui::widgets {

TextLabel::TextLabel(theme::TextRole role, QWidget* parent, const QString& text) : QLabel(parent) {
    setTextFormat(Qt::PlainText);
    setFont(theme::font(role));
    setText(text);
}

MutedLabel::MutedLabel(theme::TextRole role, QWidget* parent, const QString& text)
    : TextLabel(role, parent, text) {
    setForegroundRole(QPalette::PlaceholderText);
}

} // namespace ui::widgets
