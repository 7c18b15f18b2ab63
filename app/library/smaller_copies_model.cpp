// Rows and the rule of the recommendation.
#include "app/library/smaller_copies_model.h"

#include <algorithm>

namespace app::library {

namespace {

// What most people take of models that they download.
const QString kUsual = QStringLiteral("Q4_K_M");

bool isOut(const CopyRow& row) { // it is known not to fit
    return row.plan && !row.plan->fits() && row.plan->verdict != bridge::ModelPlan::Verdict::unknown;
}

} // namespace

int SmallerCopiesModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant SmallerCopiesModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const CopyRow& row = m_rows[index.row()];
    if (role == Qt::DisplayRole) return row.copy.type;
    if (role == CopyRole) return QVariant::fromValue(row);
    return {};
}

const CopyRow* SmallerCopiesModel::row(int row) const {
    return row >= 0 && row < m_rows.size() ? &m_rows[row] : nullptr;
}

int SmallerCopiesModel::recommendedRow() const {
    const auto at =
        std::find_if(m_rows.begin(), m_rows.end(), [](const CopyRow& row) { return row.recommended; });
    return at == m_rows.end() ? -1 : static_cast<int>(at - m_rows.begin());
}

void SmallerCopiesModel::setCopies(const QList<bridge::SmallerCopy>& copies) {
    beginResetModel();
    m_rows.clear();
    for (const bridge::SmallerCopy& copy : copies)
        m_rows.append({copy, {}, false});
    recommend();
    endResetModel();
}

void SmallerCopiesModel::setPlan(const QString& type, const bridge::ModelPlan& plan) {
    for (CopyRow& row : m_rows)
        if (row.copy.type == type) row.plan = plan;
    recommend();
    Q_EMIT dataChanged(index(0), index(rowCount() - 1));
}

// The usual one or what comes next to it; when that does not fit, the best that does, and when nothing fits,
// the smallest: with other programs closed it may.
void SmallerCopiesModel::recommend() {
    for (CopyRow& row : m_rows)
        row.recommended = false;
    if (m_rows.isEmpty()) return;
    const auto named = std::find_if(m_rows.begin(), m_rows.end(),
                                    [](const CopyRow& row) { return row.copy.type == kUsual; });
    auto chosen = named != m_rows.end() ? named : m_rows.begin();
    if (isOut(*chosen))
        chosen = std::find_if(m_rows.begin(), m_rows.end(), [](const CopyRow& row) { return !isOut(row); });
    (chosen != m_rows.end() ? *chosen : m_rows.last()).recommended = true;
}

} // namespace app::library
