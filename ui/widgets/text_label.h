// TextLabel: a label of plain text in one of the theme's roles; MutedLabel: what is said beside something.
#pragma once

#include <QLabel>

#include "ui/theme/fonts.h"

namespace ui::widgets {

class TextLabel : public QLabel {
    Q_OBJECT
 public:
    TextLabel(theme::TextRole role, QWidget* parent, const QString& text = QString());
};

class MutedLabel : public TextLabel {
    Q_OBJECT
 public:
    MutedLabel(theme::TextRole role, QWidget* parent, const QString& text = QString());
};

} // namespace ui::widgets
