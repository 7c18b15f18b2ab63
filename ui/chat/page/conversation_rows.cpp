// Conversations as list rows.
#include "ui/chat/page/conversation_rows.h"

#include "ui/theme/icons.h"
#include "ui/widgets/list_delegate.h"

namespace ui::chat {

using Source = app::chat::ConversationListModel;

ConversationRows::ConversationRows(app::chat::ChatController& controller, QObject* parent)
    : QIdentityProxyModel(parent), m_controller(controller) {
    setSourceModel(controller.conversations());
}

QVariant ConversationRows::data(const QModelIndex& index, int role) const {
    const auto source = [&](int sourceRole) { return QIdentityProxyModel::data(index, sourceRole); };
    const bool head = source(Source::IsHeaderRole).toBool();
    switch (role) {
        case Qt::DisplayRole: {
            const QString title = source(Source::TitleRole).toString();
            return title.isEmpty() ? tr("New chat") : title;
        }
        case Qt::EditRole:
            return source(Source::TitleRole);
        case Qt::AccessibleTextRole: {
            QString name = data(index, Qt::DisplayRole).toString();
            if (head) return tr("Section %1").arg(name);
            if (source(Source::GeneratingRole).toBool()) name += tr(", writing");
            if (source(Source::PinnedRole).toBool()) name += tr(", pinned");
            return name;
        }
        case widgets::kListKindRole:
            return static_cast<int>(head ? widgets::ListKind::Heading : widgets::ListKind::Row);
        case widgets::kListIconRole:
            return static_cast<int>(head && source(Source::SectionRole).toInt() ==
                                                static_cast<int>(Source::Section::pinned)
                                        ? theme::Icon::Pin
                                        : theme::Icon::None);
        case widgets::kListBusyRole:
            return source(Source::GeneratingRole);
        case widgets::kListDetailRole:
            return source(Source::SnippetRole);
        default:
            return QIdentityProxyModel::data(index, role);
    }
}

bool ConversationRows::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (role != Qt::EditRole) return false;
    m_controller.rename(index.data(Source::IdRole).toLongLong(), value.toString().trimmed());
    return true;
}

Qt::ItemFlags ConversationRows::flags(const QModelIndex& index) const {
    const Qt::ItemFlags flags = QIdentityProxyModel::flags(index);
    return index.data(Source::IsHeaderRole).toBool() ? Qt::ItemIsEnabled : flags | Qt::ItemIsEditable;
}

} // namespace ui::chat
