// ModelsFolderBar: where models are put from now on: another folder, or the standard one again.
#pragma once

#include <QWidget>

#include "app/library/library.h"

namespace ui::widgets {
class Button;
class TextLabel;
} // namespace ui::widgets

namespace ui::models {

class ModelsFolderBar : public QWidget {
    Q_OBJECT
 public:
    explicit ModelsFolderBar(app::library::Library& library, QWidget* parent = nullptr);

    void take(const QString& folder); // what was chosen, or why it cannot be

 private:
    void ask();
    void refresh();

    app::library::Library& m_library;
    widgets::Button *m_change, *m_reset;
    widgets::TextLabel* m_problem;
};

} // namespace ui::models
