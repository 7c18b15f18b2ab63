// WordedRows: the rows of a list as they are, and in words for whoever does not see how they are painted.
#pragma once

#include <QIdentityProxyModel>
#include <functional>

namespace ui::widgets {

class WordedRows : public QIdentityProxyModel {
    Q_OBJECT
 public:
    using Words = std::function<QString(const QModelIndex& index)>; // of the model that stands behind it
    WordedRows(QAbstractItemModel& rows, Words words, QObject* parent);

    QVariant data(const QModelIndex& index, int role) const override;

 private:
    Words m_words;
};

} // namespace ui::widgets
