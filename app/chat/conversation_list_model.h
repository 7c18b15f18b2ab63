// ConversationListModel: all conversations in sections by time, or the hits of a search.
//
// Section heads are rows of their own (IsHeaderRole; not selectable). Sections: Pinned, Today, Yesterday,
// Previous 7 days, then one per month. While searching there are no heads, and rows are hits, newest first.
#pragma once

#include <QAbstractListModel>
#include <QDate>
#include <QSet>
#include <QTimer>

#include "app/chat/conversation_store.h"

namespace app::chat {

class ConversationListModel : public QAbstractListModel {
    Q_OBJECT
 public:
    enum Role {
        IdRole = Qt::UserRole + 1, // ConversationId (qint64); 0 for a head
        TitleRole,                 // QString; of a head: its section's name. Also Qt::DisplayRole
        IsHeaderRole,              // bool
        SectionRole,               // int(Section)
        PinnedRole,                // bool
        GeneratingRole,            // bool: a reply is being written or waits
        UpdatedRole,               // QDateTime
        SnippetRole,               // QString, only while searching; may be empty
        SnippetMarksRole, // QVariantList of QPoint(start, length) in the snippet, or in the title without one
        MessageIdRole,    // MessageId of the hit; 0: the title
    };
    enum class Section { pinned, today, yesterday, previousWeek, month, results };

    explicit ConversationListModel(ConversationStore& store, QObject* parent = nullptr);

    void refresh(); // reads the list again; rows that stay the same stay
    bool isLoaded() const { return m_loaded; }
    int conversationCount() const { return static_cast<int>(m_headers.size()); }

    void setSearch(
        const QString& words); // titles and texts; asked after a short pause; empty: the whole list
    QString search() const { return m_search; }
    bool isSearching() const { return m_searching; } // the answer is still on its way

    const ConversationHeader* find(ConversationId id) const;
    int rowOf(ConversationId id) const;                // -1: not shown
    ConversationId neighbour(ConversationId id) const; // whom to show when this one goes; 0: nobody

    void put(const ConversationHeader& header); // new or changed
    void take(ConversationId id);               // gone from the list
    void setGenerating(const QSet<ConversationId>& ids);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QHash<int, QByteArray> roleNames() const override;

 Q_SIGNALS:
    void loaded();
    void loadFailed(const QString& reason);
    void searchFinished(int hits);

 private:
    struct RowItem {
        ConversationId id = 0; // 0: a head
        Section section = Section::today;
        QString title; // of a head
        bool operator==(const RowItem&) const = default;
    };
    struct Part { // of the list: a head and what stands under it
        RowItem head;
        qint64 from = 0; // whoever was changed at this moment (ms since 1970) or later is not below it
    };
    QList<RowItem> arrange() const;
    static Part partOf(const ConversationHeader& header, const QDate& today);
    void showRows(const QList<RowItem>& rows);
    void runSearch();
    void atMidnight();
    QVariant hitData(ConversationId id, int role) const;

    ConversationStore& m_store;
    QHash<ConversationId, ConversationHeader> m_headers;
    QList<RowItem> m_rows;
    QSet<ConversationId> m_generating;
    QHash<ConversationId, SearchHit> m_hits;
    QString m_search;
    QTimer m_searchPause, m_midnight;
    quint64 m_searchTicket = 0;
    bool m_searching = false, m_showsHits = false, m_loaded = false;
};

} // namespace app::chat
