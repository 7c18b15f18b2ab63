// Headers by id; rows are arranged anew after each change and moved by the fewest steps.
#include "app/chat/conversation_list_model.h"

#include <QDateTime>
#include <QLocale>
#include <QPoint>
#include <algorithm>
#include <limits>
#include <vector>

namespace app::chat {

namespace {

constexpr int kSearchPauseMs = 120;
constexpr int kMostMoves = 64; // beyond that a reset is cheaper for everybody

} // namespace

ConversationListModel::ConversationListModel(ConversationStore& store, QObject* parent)
    : QAbstractListModel(parent), m_store(store) {
    m_searchPause.setSingleShot(true);
    m_searchPause.setInterval(kSearchPauseMs);
    connect(&m_searchPause, &QTimer::timeout, this, &ConversationListModel::runSearch);
    m_midnight.setSingleShot(true);
    connect(&m_midnight, &QTimer::timeout, this, &ConversationListModel::atMidnight);
    atMidnight();
}

void ConversationListModel::refresh() {
    m_store.list(this, [this, mark = m_store.readMark()](
                           const storage::Outcome<QList<ConversationHeader>>& headers) {
        if (!headers.ok()) {
            Q_EMIT loadFailed(headers.failure().message);
            return;
        }
        if (m_loaded && !m_store.isCurrent(mark)) { // changed here since: what was read may be old already
            QTimer::singleShot(1000, this, &ConversationListModel::refresh);
            return;
        }
        QHash<ConversationId, ConversationHeader> found;
        for (const ConversationHeader& header : headers.value())
            found.insert(header.id, header);
        if (!m_loaded) // what was begun before the answer came
            for (const ConversationHeader& header : std::as_const(m_headers))
                found.insert(header.id, header);
        const QHash<ConversationId, ConversationHeader> before = std::exchange(m_headers, found);
        if (!m_showsHits) showRows(arrange());
        for (int row = 0; row < m_rows.size(); ++row) {
            const auto old = before.constFind(m_rows[row].id);
            if (old != before.cend() && !(*old == m_headers.value(old->id)))
                Q_EMIT dataChanged(index(row), index(row));
        }
        m_loaded = true;
        Q_EMIT loaded();
    });
}

void ConversationListModel::put(const ConversationHeader& header) {
    m_headers.insert(header.id, header);
    if (!m_showsHits) showRows(arrange());
    const int row = rowOf(header.id);
    if (row >= 0) Q_EMIT dataChanged(index(row), index(row));
}

void ConversationListModel::take(ConversationId id) {
    m_headers.remove(id);
    QList<RowItem> rows = m_showsHits ? m_rows : arrange();
    rows.removeIf([id](const RowItem& row) { return row.id == id && id != 0; });
    showRows(rows);
}

void ConversationListModel::setGenerating(const QSet<ConversationId>& ids) {
    const QSet<ConversationId> before = std::exchange(m_generating, ids);
    for (const ConversationId id : before + ids)
        if (const int row = rowOf(id); row >= 0 && before.contains(id) != ids.contains(id))
            Q_EMIT dataChanged(index(row), index(row), {GeneratingRole});
}

const ConversationHeader* ConversationListModel::find(ConversationId id) const {
    const auto found = m_headers.constFind(id);
    return found == m_headers.cend() ? nullptr : &*found;
}

int ConversationListModel::rowOf(ConversationId id) const {
    if (id == 0) return -1;
    const auto at =
        std::find_if(m_rows.begin(), m_rows.end(), [id](const RowItem& row) { return row.id == id; });
    return at == m_rows.end() ? -1 : static_cast<int>(at - m_rows.begin());
}

ConversationId ConversationListModel::neighbour(ConversationId id) const {
    const int row = rowOf(id);
    if (row < 0) return 0;
    for (int next = row + 1; next < m_rows.size(); ++next)
        if (m_rows[next].id != 0) return m_rows[next].id;
    for (int previous = row - 1; previous >= 0; --previous)
        if (m_rows[previous].id != 0) return m_rows[previous].id;
    return 0;
}

// --- rows ---

QList<ConversationListModel::RowItem> ConversationListModel::arrange() const {
    // This is done twice for every message that is sent. Moments are compared as numbers, and only the first
    // one of a section becomes a date of the calendar: as dates 5,000 conversations take 9 ms, as numbers
    // under 1.
    struct Key {
        bool pinned;
        qint64 updated;
        ConversationId id;
        const ConversationHeader* header;
    };
    std::vector<Key> keys;
    keys.reserve(static_cast<size_t>(m_headers.size()));
    for (const ConversationHeader& header : m_headers)
        keys.push_back({header.pinned, header.updated.toMSecsSinceEpoch(), header.id, &header});
    std::sort(keys.begin(), keys.end(), [](const Key& a, const Key& b) {
        if (a.pinned != b.pinned) return a.pinned;
        return a.updated != b.updated ? a.updated > b.updated : a.id > b.id;
    });
    QList<RowItem> rows;
    rows.reserve(m_headers.size() + m_headers.size() / 16);
    Part part;
    const QDate today = QDate::currentDate();
    for (const Key& key : keys) {
        if (rows.isEmpty() || (!key.pinned && key.updated < part.from)) {
            const Part next = partOf(*key.header, today);
            if (rows.isEmpty() || !(next.head == part.head)) rows.append(next.head);
            part = next;
        }
        rows.append({key.id, part.head.section, {}});
    }
    return rows;
}

ConversationListModel::Part ConversationListModel::partOf(const ConversationHeader& header,
                                                          const QDate& today) {
    if (header.pinned) return {{0, Section::pinned, tr("Pinned")}, std::numeric_limits<qint64>::max()};
    const auto since = [](const QDate& first) { return first.startOfDay().toMSecsSinceEpoch(); };
    const QDate date = header.updated.toLocalTime().date();
    const qint64 days = date.daysTo(today);
    if (days <= 0) return {{0, Section::today, tr("Today")}, since(today)};
    if (days == 1) return {{0, Section::yesterday, tr("Yesterday")}, since(date)};
    if (days <= 7) return {{0, Section::previousWeek, tr("Previous 7 days")}, since(today.addDays(-7))};
    const QString month = QLocale().standaloneMonthName(date.month());
    return {{0, Section::month,
             date.year() == today.year() ? month : QStringLiteral("%1 %2").arg(month).arg(date.year())},
            since(QDate(date.year(), date.month(), 1))};
}

void ConversationListModel::showRows(const QList<RowItem>& rows) {
    // Gone ones first, from the end so that row numbers stay true.
    QSet<ConversationId> ids;
    QSet<QString> heads;
    for (const RowItem& row : rows) {
        ids.insert(row.id);
        if (row.id == 0) heads.insert(row.title);
    }
    for (int row = static_cast<int>(m_rows.size()) - 1; row >= 0; --row) {
        const bool stays =
            m_rows[row].id != 0 ? ids.contains(m_rows[row].id) : heads.contains(m_rows[row].title);
        if (stays) continue;
        beginRemoveRows({}, row, row);
        m_rows.removeAt(row);
        endRemoveRows();
    }
    int steps = 0;
    for (int row = 0; row < rows.size(); ++row) {
        if (row < m_rows.size() && m_rows[row] == rows[row]) continue;
        if (++steps > kMostMoves) {
            beginResetModel();
            m_rows = rows;
            endResetModel();
            return;
        }
        const RowItem& wanted = rows[row];
        const auto same = [&](const RowItem& other) {
            return wanted.id != 0 ? other.id == wanted.id : other.id == 0 && other.title == wanted.title;
        };
        const auto at = std::find_if(m_rows.begin() + row, m_rows.end(), same);
        if (at == m_rows.end()) {
            beginInsertRows({}, row, row);
            m_rows.insert(row, wanted);
            endInsertRows();
            continue;
        }
        const int from = static_cast<int>(at - m_rows.begin());
        if (from != row) {
            beginMoveRows({}, from, from, {}, row);
            m_rows.move(from, row);
            endMoveRows();
        }
        if (!(m_rows[row] == wanted)) { // the same conversation in another section
            m_rows[row] = wanted;
            Q_EMIT dataChanged(index(row), index(row));
        }
    }
}

void ConversationListModel::atMidnight() {
    if (!m_showsHits) showRows(arrange());
    // A second after, and at least once an hour for clocks that were set or slept.
    const qint64 untilMidnight =
        QDateTime::currentDateTime().msecsTo(QDate::currentDate().addDays(1).startOfDay());
    m_midnight.start(static_cast<int>(qBound(qint64(1000), untilMidnight + 1000, qint64(3'600'000))));
}

// --- search ---

void ConversationListModel::setSearch(const QString& words) {
    if (words == m_search) return;
    m_search = words;
    ++m_searchTicket; // answers to what was typed before are dropped
    m_searching = !words.trimmed().isEmpty();
    if (m_searching) {
        m_searchPause.start();
        return;
    }
    m_searchPause.stop();
    if (!m_showsHits) return;
    beginResetModel();
    m_showsHits = false;
    m_hits.clear();
    m_rows = arrange();
    endResetModel();
}

void ConversationListModel::runSearch() {
    m_store.search(m_search, this,
                   [this, ticket = m_searchTicket](const storage::Outcome<QList<SearchHit>>& hits) {
                       if (ticket != m_searchTicket) return;
                       m_searching = false;
                       if (!hits.ok()) {
                           Q_EMIT loadFailed(hits.failure().message);
                           return;
                       }
                       beginResetModel();
                       m_showsHits = true;
                       m_rows.clear();
                       m_hits.clear();
                       for (const SearchHit& hit : hits.value()) {
                           m_rows.append({hit.header.id, Section::results, {}});
                           m_hits.insert(hit.header.id, hit);
                       }
                       endResetModel();
                       Q_EMIT searchFinished(static_cast<int>(m_rows.size()));
                   });
}

// --- the model ---

int ConversationListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant ConversationListModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const RowItem& row = m_rows[index.row()];
    if (role == IdRole) return row.id;
    if (role == IsHeaderRole) return row.id == 0;
    if (role == SectionRole) return static_cast<int>(row.section);
    if (row.id == 0) return role == Qt::DisplayRole || role == TitleRole ? QVariant(row.title) : QVariant();
    if (m_showsHits && (role == SnippetRole || role == SnippetMarksRole || role == MessageIdRole))
        return hitData(row.id, role);
    const ConversationHeader* known = find(row.id);
    const ConversationHeader header = known ? *known : m_hits.value(row.id).header;
    switch (role) {
        case Qt::DisplayRole:
        case TitleRole:
            return header.title.isEmpty() ? tr("New chat") : header.title;
        case PinnedRole:
            return header.pinned;
        case GeneratingRole:
            return m_generating.contains(row.id);
        case UpdatedRole:
            return header.updated;
        default:
            return {};
    }
}

QVariant ConversationListModel::hitData(ConversationId id, int role) const {
    const SearchHit hit = m_hits.value(id);
    if (role == SnippetRole) return hit.snippet;
    if (role == MessageIdRole) return hit.message;
    QVariantList marks;
    for (const QPair<int, int>& mark : hit.marks)
        marks.append(QPoint(mark.first, mark.second));
    return marks;
}

Qt::ItemFlags ConversationListModel::flags(const QModelIndex& index) const {
    if (!index.isValid()) return Qt::NoItemFlags;
    const bool head = m_rows[index.row()].id == 0;
    return head ? Qt::ItemNeverHasChildren
                : Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
}

QHash<int, QByteArray> ConversationListModel::roleNames() const {
    return {{IdRole, "id"},
            {TitleRole, "title"},
            {IsHeaderRole, "isHeader"},
            {SectionRole, "section"},
            {PinnedRole, "pinned"},
            {GeneratingRole, "generating"},
            {UpdatedRole, "updated"},
            {SnippetRole, "snippet"},
            {SnippetMarksRole, "snippetMarks"},
            {MessageIdRole, "messageId"}};
}

} // namespace app::chat
