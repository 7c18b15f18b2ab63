// SmallerCopiesModel: the copies that could be made of a model, best first, and which one to recommend.
#pragma once

#include <QAbstractListModel>
#include <optional>

#include "app/bridge/planner.h"
#include "app/bridge/quantizing.h"

namespace app::library {

struct CopyRow {
    bridge::SmallerCopy copy;
    std::optional<bridge::ModelPlan> plan; // of the copy on this computer; empty: not known yet
    bool recommended = false;
};

class SmallerCopiesModel : public QAbstractListModel {
    Q_OBJECT
 public:
    enum Role { CopyRole = Qt::UserRole + 1 }; // CopyRow
    using QAbstractListModel::QAbstractListModel;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    const CopyRow* row(int row) const; // null: none
    int recommendedRow() const;        // -1: none

    void setCopies(const QList<bridge::SmallerCopy>& copies);
    void setPlan(const QString& type, const bridge::ModelPlan& plan);

 private:
    void recommend();

    QList<CopyRow> m_rows;
};

} // namespace app::library

Q_DECLARE_METATYPE(app::library::CopyRow)
