// RecentModels: the model files that were opened here, newest first, with what their headers said.
#pragma once

#include <QDateTime>
#include <QFutureWatcher>
#include <QList>
#include <QObject>
#include <QString>
#include <QThreadPool>

#include "app/bridge/model_info.h"
#include "app/storage/paths.h"

namespace app::library {

struct ModelEntry {
    bridge::ModelInfo info; // path and name always; the rest as far as known
    QString file;           // behind the path, whatever way leads to it
    QDateTime lastUsed;     // invalid: never
    bool builtIn = false;   // the guide that comes with the program
    bool missing = false;   // the file is not where it was
};

class RecentModels : public QObject {
    Q_OBJECT
 public:
    RecentModels(const storage::Paths& paths, const QString& builtInPath, QObject* parent = nullptr);
    ~RecentModels() override;

    const QList<ModelEntry>& entries() const { return m_entries; } // newest first, the built-in one last
    QString builtInPath() const { return m_builtIn; }              // empty: not found

    void markUsed(const bridge::ModelInfo& info);          // also adds it
    void remove(const QString& path);                      // from the list; the file stays
    void relocate(const QString& from, const QString& to); // the file was moved
    void refresh(); // looks which files are still there, in the background

    // The folder of the built-in model: beside the program, in its share folder, or in the source tree.
    static QString findBuiltIn(const QString& programFolder);

 Q_SIGNALS:
    void changed();
    void saveFailed(const QString& reason);

 private:
    void load();
    void save();

    QString m_file;
    QString m_builtIn;
    QList<ModelEntry> m_entries;
    QThreadPool m_writer;
    QFutureWatcher<QStringList> m_refresh; // paths that are missing
};

} // namespace app::library
