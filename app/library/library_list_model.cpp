// Arranging rows.
#include "app/library/library_list_model.h"

#include <QSet>
#include <algorithm>
#include <limits>
#include <vector>

namespace app::library {

namespace {

constexpr int kLaterMs = 30;
// More single steps than this cost a view more than beginning anew.
constexpr qsizetype kMostSteps = 64;

bool isProblem(const Entry& entry) {
    return entry.state == Entry::State::damaged || entry.state == Entry::State::incomplete ||
           entry.verification.verdict == Verification::Verdict::differs;
}

bool isSame(const EntryPointer& a, const EntryPointer& b) {
    return a->id == b->id;
}

} // namespace

LibraryListModel::LibraryListModel(Library& library, FitAdvice& advice, QObject* parent)
    : QAbstractListModel(parent), m_library(library), m_advice(advice) {
    m_later.setSingleShot(true);
    m_later.setInterval(kLaterMs);
    connect(&m_later, &QTimer::timeout, this, &LibraryListModel::rearrange);
    const auto later = [this] {
        if (!m_later.isActive()) m_later.start();
    };
    connect(&library, &Library::changed, this, later);
    connect(&library, &Library::removed, this, later);
    connect(&advice, &FitAdvice::advised, this, [this, later] {
        if (m_filter.fits)
            later();
        else if (!m_rows.isEmpty())
            Q_EMIT dataChanged(index(0), index(rowCount() - 1));
    });
    rearrange();
}

void LibraryListModel::setFilter(const Filter& filter) {
    if (filter == m_filter) return;
    m_filter = filter;
    m_words = filter.words.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    rearrange();
}

void LibraryListModel::setSort(Sort sort) {
    if (sort == m_sort) return;
    m_sort = sort;
    rearrange();
}

int LibraryListModel::rowOf(EntryId id) const {
    const auto at = std::find_if(m_rows.begin(), m_rows.end(),
                                 [id](const EntryPointer& entry) { return entry->id == id; });
    return at == m_rows.end() ? -1 : static_cast<int>(at - m_rows.begin());
}

qint64 LibraryListModel::bytes() const {
    qint64 sum = 0;
    for (const EntryPointer& entry : m_rows)
        sum += entry->bytes();
    return sum;
}

int LibraryListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant LibraryListModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const EntryPointer& entry = m_rows[index.row()];
    switch (role) {
        case Qt::DisplayRole:
            return entry->name;
        case Qt::ToolTipRole:
            return entry->path;
        case EntryRole:
            return QVariant::fromValue(entry);
        case IdRole:
            return entry->id;
        case VerdictRole:
        case MissingBytesRole:
        case SpeedRole:
        case SpeedMeasuredRole:
        case PredictedSpeedRole:
        case PlanSentenceRole:
            return advice(*entry, role);
        default:
            return {};
    }
}

QVariant LibraryListModel::advice(const Entry& entry, int role) const {
    if (!entry.isLoadable()) return {};
    const bridge::ModelPlan* plan = m_advice.find(entry.path);
    if (plan == nullptr) {
        if (role == VerdictRole) m_advice.want(entry.path);
        return {};
    }
    const bool isMeasured = plan->measured.generate > 0;
    switch (role) {
        case VerdictRole:
            return static_cast<int>(plan->verdict);
        case MissingBytesRole:
            return plan->missingBytes;
        case SpeedRole:
            return isMeasured ? plan->measured.generate : plan->generateTokensPerSecond;
        case SpeedMeasuredRole:
            return isMeasured;
        case PredictedSpeedRole:
            return plan->uncorrected().generate;
        default:
            return plan->sentence;
    }
}

bool LibraryListModel::passes(const Entry& entry) const {
    using Kind = bridge::ModelInfo::Kind;
    if (m_filter.chat && !(entry.info.kind == Kind::model && entry.info.hasTemplate)) return false;
    if (m_filter.experts && !entry.info.isMixtureOfExperts()) return false;
    if (m_filter.adapters && entry.info.kind != Kind::adapter) return false;
    if (m_filter.problems && !isProblem(entry)) return false;
    if (m_filter.fits) {
        const bridge::ModelPlan* plan = m_advice.find(entry.path);
        if (!entry.isLoadable() || plan == nullptr || !plan->fits()) return false;
    }
    return std::all_of(m_words.begin(), m_words.end(), [&](const QString& word) {
        return entry.name.contains(word, Qt::CaseInsensitive) ||
               entry.path.contains(word, Qt::CaseInsensitive) ||
               entry.source.contains(word, Qt::CaseInsensitive) ||
               entry.info.architecture.contains(word, Qt::CaseInsensitive) ||
               entry.info.quantization.contains(word, Qt::CaseInsensitive);
    });
}

qint64 LibraryListModel::rankOf(const Entry& entry) const {
    switch (m_sort) {
        case Sort::lastUsed:
            return entry.lastUsed.isValid() ? entry.lastUsed.toMSecsSinceEpoch()
                                            : std::numeric_limits<qint64>::min();
        case Sort::size:
            return entry.bytes();
        case Sort::parameters:
            return entry.info.parameters;
        case Sort::name:
            break;
    }
    return 0;
}

void LibraryListModel::rearrange() {
    m_later.stop();
    if (m_filter.fits) {
        QStringList paths;
        for (const EntryPointer& entry : m_library.entries())
            if (entry->isLoadable()) paths.append(entry->path);
        m_advice.wantAll(paths);
    }
    // What is compared lies together here; entries lie all over the memory.
    struct Key {
        qint64 rank;
        QString name;
        const EntryPointer* entry;
    };
    std::vector<Key> keys;
    keys.reserve(static_cast<size_t>(m_library.entries().size()));
    for (const EntryPointer& entry : m_library.entries())
        if (passes(*entry)) keys.push_back({rankOf(*entry), entry->name.toCaseFolded(), &entry});
    std::sort(keys.begin(), keys.end(), [](const Key& a, const Key& b) {
        if (a.rank != b.rank) return a.rank > b.rank;
        const int names = a.name.compare(b.name);
        return names != 0 ? names < 0 : (*a.entry)->path < (*b.entry)->path;
    });
    QList<EntryPointer> rows;
    rows.reserve(static_cast<qsizetype>(keys.size()));
    for (const Key& key : keys)
        rows.append(*key.entry);
    show(rows);
}

void LibraryListModel::show(const QList<EntryPointer>& rows) {
    if (!followsBySteps(rows)) {
        beginResetModel();
        m_rows = rows;
        endResetModel();
        return;
    }
    int first = -1, last = -1;
    for (int i = 0; i < m_rows.size(); ++i) {
        if (m_rows[i] == rows[i]) continue;
        m_rows[i] = rows[i];
        first = first < 0 ? i : first;
        last = i;
    }
    if (first >= 0) Q_EMIT dataChanged(index(first), index(last));
}

// Removes and inserts single rows until the ids are those of `rows`; false: too different, or in another
// order.
bool LibraryListModel::followsBySteps(const QList<EntryPointer>& rows) {
    if (qAbs(rows.size() - m_rows.size()) > kMostSteps) return false;
    if (std::equal(rows.begin(), rows.end(), m_rows.begin(), m_rows.end(), isSame)) return true;
    QSet<EntryId> wanted, present;
    wanted.reserve(rows.size());
    present.reserve(m_rows.size());
    for (const EntryPointer& entry : rows)
        wanted.insert(entry->id);
    for (const EntryPointer& entry : std::as_const(m_rows))
        present.insert(entry->id);
    const auto missing = [](const QSet<EntryId>& from, const QSet<EntryId>& of) {
        return std::count_if(of.begin(), of.end(), [&from](EntryId id) { return !from.contains(id); });
    };
    if (missing(wanted, present) + missing(present, wanted) > kMostSteps) return false;
    QList<EntryPointer> kept;
    for (const EntryPointer& entry : std::as_const(m_rows))
        if (wanted.contains(entry->id)) kept.append(entry);
    QList<EntryPointer> keptThere;
    for (const EntryPointer& entry : rows)
        if (present.contains(entry->id)) keptThere.append(entry);
    if (!std::equal(kept.begin(), kept.end(), keptThere.begin(), keptThere.end(), isSame)) return false;
    for (int i = rowCount() - 1; i >= 0; --i) {
        if (wanted.contains(m_rows[i]->id)) continue;
        beginRemoveRows({}, i, i);
        m_rows.removeAt(i);
        endRemoveRows();
    }
    for (int i = 0; i < rows.size(); ++i) {
        if (i < m_rows.size() && isSame(m_rows[i], rows[i])) continue;
        beginInsertRows({}, i, i);
        m_rows.insert(i, rows[i]);
        endInsertRows();
    }
    return true;
}

} // namespace app::library
