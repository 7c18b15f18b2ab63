// The lists of the Explore page: models that were found, and the variants of the one that is looked at.
#pragma once

#include <QAbstractListModel>
#include <functional>
#include <optional>

#include "app/bridge/planner.h"
#include "app/downloads/repo_variant.h"

namespace app::downloads {

struct FoundModel {
    QString repo, title;
    QStringList tags; // moe, thinking, tools, chat, code, vision
    qint64 parameters = 0, active = 0, context = 0, downloads = 0;
    bool gated = false;
    QString shape;        // the repository of the catalogue's model that it is, or is made of
    bool runnable = true; // by this version of the program, as far as is known
    std::optional<bridge::ModelPlan> plan; // of its recommended variant, once it is known
    bool estimate = false;                 // `plan` is from the numbers of the model alone, nobody saw a file
};

class FoundListModel : public QAbstractListModel {
    Q_OBJECT
 public:
    enum Role { RepoRole = Qt::UserRole + 1, ModelRole }; // FoundModel
    using QAbstractListModel::QAbstractListModel;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    const QList<FoundModel>& rows() const { return m_rows; }
    void setRows(const QList<FoundModel>& rows);
    void setPlan(const QString& repo, const bridge::ModelPlan& plan); // of its files
    int rowOf(const QString& repo) const;                             // -1: none

 private:
    QList<FoundModel> m_rows;
};

struct VariantRow {
    enum class Group { small, balanced, large };
    bool heading = false; // of `group`; the rest is empty
    Group group = Group::balanced;
    RepoVariant variant;
    std::optional<bridge::ModelPlan> plan;
    QString problem; // why there is no plan; empty with no plan: not known yet
    bool recommended = false;
};

class VariantListModel : public QAbstractListModel {
    Q_OBJECT
 public:
    enum Role { VariantRole = Qt::UserRole + 1 }; // VariantRow
    using QAbstractListModel::QAbstractListModel;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    const QList<VariantRow>& rows() const { return m_rows; }
    const VariantRow* row(int row) const;
    int recommendedRow() const; // -1: none
    void setVariants(const QList<RepoVariant>& variants);
    void setPlan(const QString& name, const bridge::ModelPlan& plan);
    void setProblem(const QString& name, const QString& problem);

 private:
    void changeRow(const QString& name, const std::function<void(VariantRow&)>& change);
    void recommend();

    QList<VariantRow> m_rows;
};

} // namespace app::downloads

Q_DECLARE_METATYPE(app::downloads::FoundModel)
Q_DECLARE_METATYPE(app::downloads::VariantRow)
