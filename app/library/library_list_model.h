// LibraryListModel: the library's entries as rows, filtered and sorted; asks for advice on the rows that are
// looked at.
#pragma once

#include <QAbstractListModel>
#include <QTimer>

#include "app/library/fit_advice.h"
#include "app/library/library.h"

namespace app::library {

class LibraryListModel : public QAbstractListModel {
    Q_OBJECT
 public:
    enum Role {
        EntryRole = Qt::UserRole + 1, // EntryPointer
        IdRole,                       // EntryId
        VerdictRole,                  // int(ModelPlan::Verdict); invalid: not known yet
        MissingBytesRole,             // qint64, when it does not fit
        SpeedRole, // double, tokens per second: as measured here, else as predicted; 0: cannot be said
        SpeedMeasuredRole,  // bool: its replies had it
        PredictedSpeedRole, // double: what was predicted before any reply; 0: cannot be said
        PlanSentenceRole,   // QString, may be empty
    };
    enum class Sort { lastUsed, name, size, parameters };
    struct Filter {
        QString words; // each somewhere in name, path, source, architecture or quantization
        bool fits = false, chat = false, experts = false, adapters = false, problems = false;
        bool operator==(const Filter&) const = default;
    };

    LibraryListModel(Library& library, FitAdvice& advice, QObject* parent = nullptr);

    void setFilter(const Filter& filter);
    const Filter& filter() const { return m_filter; }
    void setSort(Sort sort);
    Sort sort() const { return m_sort; }

    EntryPointer entryAt(int row) const { return m_rows.value(row); }
    int rowOf(EntryId id) const; // -1: not shown
    qint64 bytes() const;        // of all rows

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

 private:
    bool passes(const Entry& entry) const;
    qint64 rankOf(const Entry& entry) const; // the greatest comes first
    void rearrange();
    void show(const QList<EntryPointer>& rows);
    bool followsBySteps(const QList<EntryPointer>& rows);
    QVariant advice(const Entry& entry, int role) const;

    Library& m_library;
    FitAdvice& m_advice;
    Filter m_filter;
    QStringList m_words;
    Sort m_sort = Sort::lastUsed;
    QList<EntryPointer> m_rows;
    QTimer m_later; // many changes, one arrangement
};

} // namespace app::library
