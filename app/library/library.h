// Library: the models on this computer. Everything returns at once; the disk is looked at on other threads.
#pragma once

#include <QHash>
#include <QObject>
#include <QThread>

#include "app/library/library_worker.h"
#include "app/settings/settings.h"
#include "app/storage/database.h"

namespace app::library {

class Library : public QObject {
    Q_OBJECT
 public:
    Library(storage::Database& database, settings::Settings& settings, const storage::Paths& paths,
            std::shared_ptr<const bridge::EngineFactory> engine, Places places, QObject* parent = nullptr);
    ~Library() override;

    // Shows what was known last time, then looks at the folders. The database may still be opening.
    void start();

    const QHash<EntryId, EntryPointer>& entries() const { return m_entries; }
    EntryPointer find(EntryId id) const { return m_entries.value(id); } // null: not there
    EntryPointer findPath(const QString& path) const;                   // of the entry or one of its files
    EntryPointer baseOf(const Entry& adapter) const;                    // null: not on this computer
    QList<EntryPointer> adaptersOf(const Entry& model) const;

    QString modelsFolder() const; // Tandem's own, where models are put
    // From now on; the one before stays on the list while there are models in it. False: other programs keep
    // their models there, and it stays as it was.
    bool setModelsFolder(const QString& path);
    QString standardFolder() const { return m_standardFolder; }
    QList<Folder> folders() const;
    FolderReport report(const QString& folder) const { return m_reports.value(folder); }
    void addFolder(const QString& path);
    void removeFolder(const QString& path); // a chosen one from the list; its files stay
    void setFolderEnabled(const QString& path, bool enabled);

    void rescan();
    bool isScanned() const { return m_scanned; } // the folders were looked at since the start
    bool isSettled() const { return m_settled; } // and everything in them was read
    void markUsed(const QString& path);
    // The hash that a file must have, as its publisher says; for what was downloaded.
    void noteHash(const QString& path, const QString& sha256);
    bool isNotingHashes() const { return m_notes > 0; } // some are not on their way to the database yet
    void noteVerification(EntryId id, const Verification& verification);

 Q_SIGNALS:
    void changed(const QList<app::library::EntryId>& ids); // new or other facts
    void removed(const QList<app::library::EntryId>& ids);
    void moved(const QString& from, const QString& to);
    void scanned();
    void settled();
    void hashesNoted(); // all that were given
    void foldersChanged();

 private:
    void begin(const StoredEntries& stored);
    void connectWorker();
    void take(const QList<EntryPointer>& entries);
    void drop(const QList<EntryId>& ids);
    void index(const EntryPointer& entry);
    void forgetPaths(const Entry& entry);
    template <typename F>
    void tellWorker(F f);

    storage::Database& m_database;
    settings::Settings& m_settings;
    QString m_standardFolder;
    Places m_places;
    QHash<EntryId, EntryPointer> m_entries;
    QHash<QString, EntryId> m_byPath;
    QHash<QString, FolderReport> m_reports;
    int m_notes = 0; // hashes whose file is still being looked at
    bool m_begun = false, m_scanned = false, m_settled = false;
    QThread m_thread;
    LibraryWorker* m_worker; // on m_thread
};

} // namespace app::library
