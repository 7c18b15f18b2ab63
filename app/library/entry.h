// Entry: a model of the library, whatever number of files it consists of.
#pragma once

#include <QDateTime>
#include <QJsonObject>
#include <QList>
#include <QMetaType>
#include <QString>
#include <QStringList>
#include <memory>

#include "app/bridge/model_info.h"
#include "app/library/folder.h"
#include "app/storage/file_identity.h"

namespace app::library {

// Stays with a model when its files are renamed or moved.
using EntryId = qint64;

struct EntryFile {
    QString path;
    storage::FileStamp stamp;
    QString sha256; // as its publisher says it: from the name of a blob; may be empty
    bool operator==(const EntryFile&) const = default;
};

// The last look at whether the bytes are what they should be.
struct Verification {
    enum class Verdict {
        none,
        intact,  // every file is as its publisher says
        same,    // nobody published a hash; as it was when it was first looked at
        noted,   // the first look
        differs, // damaged
    };
    Verdict verdict = Verdict::none;
    QDateTime when;
    bool operator==(const Verification&) const = default;
};

struct Entry {
    enum class Format { gguf, safetensors };
    enum class State {
        unread, // found, not looked into yet
        ready,
        arriving,   // somebody still writes it
        incomplete, // missingParts
        damaged,    // problem
    };

    EntryId id = 0;
    Format format = Format::gguf;
    State state = State::unread;
    QString path;   // what is loaded: a file (the first part of several) or a folder
    QString name;   // for people
    QString source; // where it was published: "owner/name", "qwen3:8b"; may be empty
    QString folder; // Folder::path that it was found in
    Folder::Owner owner = Folder::Owner::chosen;
    bridge::ModelInfo info;
    QList<EntryFile> files; // the weights; the first one tells which model it is
    QStringList missingParts;
    QString problem, hint;         // damaged: what, and what to do
    QStringList alsoKnownAs;       // other paths to the same file, other names of the same blob
    QString manifest;              // Ollama's file that names the blobs; empty elsewhere
    bool hasOuterTemplate = false; // a template that lies beside the model file
    QString fingerprint;           // of the content; empty: not known
    Verification verification;
    QDateTime lastUsed; // invalid: never

    bool isForeign() const { return Folder{folder, owner, true}.isForeign(); }
    bool isLoadable() const {
        return state == State::ready && info.kind == bridge::ModelInfo::Kind::model &&
               info.unsupported.isEmpty();
    }
    qint64 bytes() const; // of all its files
    // The same files with the same stamps: what was read of them is still true.
    bool hasFilesOf(const Entry& other) const;
    bool operator==(const Entry&) const = default;
};

using EntryPointer = std::shared_ptr<const Entry>;

// For the database: everything but id, path and lastUsed, which have columns of their own.
QJsonObject toJson(const Entry& entry);
Entry entryFromJson(const QJsonObject& json);

} // namespace app::library

Q_DECLARE_METATYPE(app::library::EntryPointer)
