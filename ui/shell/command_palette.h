// CommandPalette: all commands by name, to search and run; without search it is the list of shortcuts.
#pragma once

#include <QDialog>

#include "ui/shell/action_registry.h"

class QListWidget;

namespace ui::widgets {
class SearchField;
}

namespace ui::shell {

class CommandPalette : public QDialog {
    Q_OBJECT
 public:
    CommandPalette(const ActionRegistry& registry, QWidget* parent);

 protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

 private:
    void fill(const QString& words);
    void runCurrent();

    const ActionRegistry& m_registry;
    widgets::SearchField* m_search;
    QListWidget* m_list;
};

} // namespace ui::shell
