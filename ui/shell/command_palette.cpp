// Searching and running commands.
#include "ui/shell/command_palette.h"

#include <QKeyEvent>
#include <QListWidget>
#include <QVBoxLayout>

#include "ui/widgets/list_delegate.h"
#include "ui/widgets/search_field.h"

namespace ui::shell {

namespace {
constexpr int kActionRole = Qt::UserRole + 1;
}

CommandPalette::CommandPalette(const ActionRegistry& registry, QWidget* parent)
    : QDialog(parent),
      m_registry(registry),
      m_search(new widgets::SearchField(tr("Search commands"), this)),
      m_list(new QListWidget(this)) {
    setObjectName(QStringLiteral("commandPalette"));
    setWindowTitle(tr("Commands and shortcuts"));
    setAttribute(Qt::WA_DeleteOnClose);
    resize(520, 560);
    m_search->installEventFilter(this);
    m_list->setAccessibleName(tr("Commands"));
    widgets::dressAsFlatList(m_list);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    connect(m_search, &QLineEdit::textChanged, this, &CommandPalette::fill);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::runCurrent);
    connect(m_list, &QListWidget::itemActivated, this, &CommandPalette::runCurrent);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_search);
    layout->addWidget(m_list, 1);
    fill(QString());
    m_search->setFocus();
}

void CommandPalette::fill(const QString& words) {
    m_list->clear();
    for (int group = 0; group <= static_cast<int>(CommandGroup::Help); ++group) {
        bool first = true;
        for (int i = 0; i < kCommandCount; ++i) {
            QAction* action = m_registry.actions().at(i);
            if (static_cast<int>(ActionRegistry::group(static_cast<Command>(i))) != group) continue;
            if (!words.isEmpty() && !action->text().contains(words.trimmed(), Qt::CaseInsensitive)) continue;
            if (first) {
                auto* head =
                    new QListWidgetItem(ActionRegistry::groupName(static_cast<CommandGroup>(group)), m_list);
                head->setData(widgets::kListKindRole, static_cast<int>(widgets::ListKind::Heading));
                head->setFlags(Qt::ItemIsEnabled);
                first = false;
            }
            auto* item = new QListWidgetItem(action->text(), m_list);
            item->setData(widgets::kListTrailingRole, action->shortcut().toString(QKeySequence::NativeText));
            item->setData(kActionRole, i);
            if (!action->isEnabled()) item->setFlags(Qt::NoItemFlags);
        }
    }
    if (m_list->count() == 0) {
        auto* nothing = new QListWidgetItem(tr("Nothing found for “%1”.").arg(words), m_list);
        nothing->setData(widgets::kListKindRole, static_cast<int>(widgets::ListKind::Heading));
        nothing->setFlags(Qt::ItemIsEnabled);
    }
    m_list->setCurrentRow(m_list->count() > 1 ? 1 : -1);
}

void CommandPalette::runCurrent() {
    const QListWidgetItem* item = m_list->currentItem();
    if (item == nullptr || !item->data(kActionRole).isValid()) return;
    QAction* action = m_registry.actions().at(item->data(kActionRole).toInt());
    accept();
    action->trigger();
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_search && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Return || key == Qt::Key_Enter) {
            runCurrent();
            return true;
        }
        if (key == Qt::Key_Up || key == Qt::Key_Down) {
            const int step = key == Qt::Key_Up ? -1 : 1;
            for (int row = m_list->currentRow() + step; row >= 0 && row < m_list->count(); row += step) {
                if (!m_list->item(row)->data(kActionRole).isValid()) continue;
                m_list->setCurrentRow(row);
                break;
            }
            return true;
        }
        if (key == Qt::Key_Escape) {
            reject();
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace ui::shell
