// LibraryWorker: looks at the folders, reads headers, watches. Lives on a thread of its own; answers by
// signals.
#pragma once

#include <QFileSystemWatcher>
#include <QObject>
#include <QSet>
#include <QThreadPool>
#include <QTimer>
#include <atomic>

#include "app/bridge/header_reader.h"
#include "app/library/entry_store.h"
#include "app/library/folder_walk.h"

namespace app::library {

// What the last look at a folder was like.
struct FolderReport {
    QString path;
    bool reachable = false;
    bool cutShort = false; // more is there than is looked at
    int unreadable = 0;    // folders inside that could not be listed
    qint64 freeBytes = 0;  // on its disk
    bool operator==(const FolderReport&) const = default;
};

class LibraryWorker : public QObject {
    Q_OBJECT
 public:
    explicit LibraryWorker(bridge::HeaderReader reader);
    ~LibraryWorker() override;

    void requestStop() { m_stop = true; } // from any thread

    // All that follows is for the worker's thread.
    void start(const StoredEntries& stored, const QList<Folder>& folders);
    void setFolders(const QList<Folder>& folders);
    void scan();
    void markUsed(EntryId id, const QDateTime& when);
    void noteVerification(EntryId id, const Verification& verification);

 Q_SIGNALS:
    void updated(const QList<app::library::EntryPointer>& entries); // new or changed; several at a time
    void removed(const QList<app::library::EntryId>& ids);
    void moved(const QString& from, const QString& to);
    void scanned(const QList<app::library::FolderReport>& reports);
    void settled(); // everything that was found has been read

 private:
    struct Reading {
        EntryId id = 0;
        QList<EntryFile> files; // as they were before
        bridge::Header header;
        QString fingerprint;
        bool steady = true; // they did not change meanwhile
    };

    FolderReport look(const Folder& folder, QList<Entry>& found, QStringList& folders);
    void take(const QList<Entry>& found);
    void watch(const QStringList& folders);
    void readLater(const Entry& entry);
    static Reading read(const bridge::HeaderReader& reader, const Entry& entry);
    void finish(const Reading& reading);
    void adopt(Entry& entry);
    void publishLater(EntryId id);
    void publish();

    bridge::HeaderReader m_reader;
    QList<Folder> m_folders;
    QHash<EntryId, Entry> m_entries;
    QList<Entry> m_gone;
    QSet<EntryId> m_reading, m_changed;
    QFileSystemWatcher m_watcher;
    QSet<QString> m_watched;
    QTimer m_pause;   // between a change on the disk and the next look
    QTimer m_again;   // the fallback for what cannot be watched
    QTimer m_publish; // several changes in one signal
    std::atomic_bool m_stop = false;
    QThreadPool m_readers; // last: its threads use what stands above
};

} // namespace app::library

Q_DECLARE_METATYPE(app::library::FolderReport)
