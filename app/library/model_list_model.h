// ModelListModel: rows for the model picker, filtered by words: those used lately, the rest of the library by
// name, the built-in one.
#pragma once

#include <QAbstractListModel>

#include "app/library/library.h"
#include "app/library/recent_models.h"

namespace app::library {

class ModelListModel : public QAbstractListModel {
    Q_OBJECT
 public:
    enum Role {
        PathRole = Qt::UserRole + 1,
        NameRole,         // also Qt::DisplayRole
        ArchitectureRole, // QString, may be empty
        QuantizationRole, // QString, may be empty
        ParametersRole,   // qint64
        FileBytesRole,    // qint64
        ContextRole,      // qint64, trained tokens
        ExpertsRole,      // qint64, 0: dense
        CanThinkRole,     // bool
        BuiltInRole,      // bool
        MissingRole,      // bool
        LastUsedRole,     // QDateTime, may be invalid
        UnsupportedRole,  // QString, not empty: why it cannot be loaded
    };

    // `library` may be null.
    explicit ModelListModel(RecentModels& models, Library* library = nullptr, QObject* parent = nullptr);

    void setFilter(const QString& words); // each word somewhere in name, path, architecture or quantization
    QString filter() const { return m_filter; }

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

 private:
    void rebuild();
    QList<EntryPointer> unused() const; // of the library, by name
    bool passes(const bridge::ModelInfo& info, const QString& name) const;
    ModelEntry rowAt(int row) const;

    RecentModels& m_models;
    Library* m_library;
    QString m_filter;
    QStringList m_words;          // of the filter
    QTimer m_later;               // many changes of the library, one rebuilding
    QList<ModelEntry> m_recent;   // with the built-in one last, if there is one
    QList<EntryPointer> m_unused; // between the others and the built-in one
};

} // namespace app::library
