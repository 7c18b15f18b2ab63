// Rows, groups, and which variant is recommended.
#include "app/downloads/explore_models.h"

#include "app/downloads/variant_choice.h"

namespace app::downloads {

namespace {

// Beyond five bits people notice nothing, below four they do.
VariantRow::Group groupOf(const RepoVariant& variant) {
    const QString plain = variant.quantisation.startsWith(QLatin1String("UD-")) ? variant.quantisation.mid(3)
                                                                                : variant.quantisation;
    if (plain.startsWith(QLatin1String("Q5")) || variant.quality() == 4) return VariantRow::Group::balanced;
    if (variant.quality() > 0 && variant.quality() < 4) return VariantRow::Group::small;
    return VariantRow::Group::large;
}

} // namespace

int FoundListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant FoundListModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const FoundModel& row = m_rows[index.row()];
    if (role == Qt::DisplayRole) return row.title;
    if (role == Qt::ToolTipRole || role == RepoRole) return row.repo;
    if (role == ModelRole) return QVariant::fromValue(row);
    return {};
}

void FoundListModel::setRows(const QList<FoundModel>& rows) {
    beginResetModel();
    m_rows = rows;
    endResetModel();
}

int FoundListModel::rowOf(const QString& repo) const {
    for (qsizetype i = 0; i < m_rows.size(); ++i)
        if (m_rows[i].repo == repo) return static_cast<int>(i);
    return -1;
}

void FoundListModel::setPlan(const QString& repo, const bridge::ModelPlan& plan) {
    const int row = rowOf(repo);
    if (row < 0 || (m_rows[row].plan == plan && !m_rows[row].estimate)) return;
    m_rows[row].plan = plan;
    m_rows[row].estimate = false;
    Q_EMIT dataChanged(index(row), index(row));
}

int VariantListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant VariantListModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    if (role == Qt::DisplayRole) return m_rows[index.row()].variant.name;
    if (role == VariantRole) return QVariant::fromValue(m_rows[index.row()]);
    return {};
}

Qt::ItemFlags VariantListModel::flags(const QModelIndex& index) const {
    const VariantRow* at = row(index.row());
    return at && !at->heading ? Qt::ItemIsEnabled | Qt::ItemIsSelectable : Qt::ItemFlags(Qt::NoItemFlags);
}

const VariantRow* VariantListModel::row(int row) const {
    return row >= 0 && row < m_rows.size() ? &m_rows[row] : nullptr;
}

int VariantListModel::recommendedRow() const {
    for (qsizetype i = 0; i < m_rows.size(); ++i)
        if (m_rows[i].recommended) return static_cast<int>(i);
    return -1;
}

void VariantListModel::setVariants(const QList<RepoVariant>& variants) {
    QList<VariantRow> rows;
    for (const auto group :
         {VariantRow::Group::small, VariantRow::Group::balanced, VariantRow::Group::large}) {
        const qsizetype begin = rows.size();
        for (const RepoVariant& variant : variants)
            if (groupOf(variant) == group) rows.append({false, group, variant, {}, {}, false});
        if (rows.size() > begin) rows.insert(begin, {true, group, {}, {}, {}, false});
    }
    beginResetModel();
    m_rows = rows;
    endResetModel();
    recommend();
}

void VariantListModel::changeRow(const QString& name, const std::function<void(VariantRow&)>& change) {
    for (qsizetype i = 0; i < m_rows.size(); ++i) {
        if (m_rows[i].heading || m_rows[i].variant.name != name) continue;
        change(m_rows[i]);
        const QModelIndex at = index(static_cast<int>(i));
        Q_EMIT dataChanged(at, at);
    }
    recommend();
}

void VariantListModel::setPlan(const QString& name, const bridge::ModelPlan& plan) {
    changeRow(name, [&](VariantRow& row) {
        row.plan = plan;
        row.problem.clear();
    });
}

void VariantListModel::setProblem(const QString& name, const QString& problem) {
    changeRow(name, [&](VariantRow& row) { row.problem = problem; });
}

// While plans are still on their way, the usual one.
void VariantListModel::recommend() {
    QList<RepoVariant> fitting, open;
    for (const VariantRow& row : m_rows) {
        if (row.heading) continue;
        if (row.plan && row.plan->fits()) fitting.append(row.variant);
        if (!row.plan) open.append(row.variant);
    }
    const std::optional<RepoVariant> best =
        fitting.isEmpty() ? usualVariant(open) : recommendedVariant(fitting);
    for (qsizetype i = 0; i < m_rows.size(); ++i) {
        const bool now = !m_rows[i].heading && best && m_rows[i].variant.name == best->name;
        if (m_rows[i].recommended == now) continue;
        m_rows[i].recommended = now;
        const QModelIndex at = index(static_cast<int>(i));
        Q_EMIT dataChanged(at, at);
    }
}

} // namespace app::downloads
