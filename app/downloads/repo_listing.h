// What the hub tells about models: hits of a search, and a repository with its files.
#pragma once

#include <QDateTime>
#include <QList>
#include <QMetaType>
#include <QString>
#include <QStringList>

namespace app::downloads {

inline constexpr qint64 kLargestFile = 1LL << 46; // 70 TB: sums of sizes cannot overflow

struct RepoFile {
    QString path; // inside the repository
    qint64 bytes = -1;
    QString sha256; // hexadecimal; empty when the file is small and kept in git itself
    QString blobId; // the git object's id otherwise
    bool hasHash() const { return !sha256.isEmpty() || blobId.size() == 40; }
    bool operator==(const RepoFile&) const = default;
};

struct ModelHit {
    QString repo; // "Qwen/Qwen3-30B-A3B-GGUF"
    qint64 downloads = 0, likes = 0;
    QDateTime updated;
    QStringList tags;
    bool gated = false; // its terms must be accepted on the web page first
};

struct RepoListing {
    QString repo;
    QString revision; // the commit's id: what is downloaded cannot change half-way
    QString licence, architecture, baseModel;
    QString dtype; // of safetensors, "BF16"; empty: not known
    QString description;
    qint64 parameters = 0, context = 0; // 0: not known
    ModelHit facts;
    QList<RepoFile> files;
};

} // namespace app::downloads

Q_DECLARE_METATYPE(app::downloads::ModelHit)
Q_DECLARE_METATYPE(app::downloads::RepoListing)
