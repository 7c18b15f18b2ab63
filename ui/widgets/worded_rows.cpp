// Qt::AccessibleTextRole is what screen readers ask for.
#include "ui/widgets/worded_rows.h"

namespace ui::widgets {

WordedRows::WordedRows(QAbstractItemModel& rows, Words words, QObject* parent)
    : QIdentityProxyModel(parent), m_words(std::move(words)) {
    setSourceModel(&rows);
}

QVariant WordedRows::data(const QModelIndex& index, int role) const {
    return role == Qt::AccessibleTextRole && index.isValid() ? m_words(mapToSource(index))
                                                             : QIdentityProxyModel::data(index, role);
}

} // namespace ui::widgets
