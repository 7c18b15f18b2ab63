// ConversationRows: the conversations in the words of the list delegate: heads, pins, spinners, snippets,
// renaming.
#pragma once

#include <QIdentityProxyModel>

#include "app/chat/chat_controller.h"

namespace ui::chat {

class ConversationRows : public QIdentityProxyModel {
    Q_OBJECT
 public:
    explicit ConversationRows(app::chat::ChatController& controller, QObject* parent = nullptr);

    QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override; // a new title
    Qt::ItemFlags flags(const QModelIndex& index) const override;

 private:
    app::chat::ChatController& m_controller;
};

} // namespace ui::chat
