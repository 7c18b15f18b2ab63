// RepoVariant: one way in which a repository offers its model: a quantisation as one file or a set of parts,
// or the folder of safetensors.
#pragma once

#include <QList>
#include <QMetaType>
#include <QString>
#include <optional>

#include "app/downloads/repo_listing.h"

namespace app::downloads {

struct RepoVariant {
    enum class Format { gguf, safetensors };
    QString name;         // unique in the repository, as a person types it: "Q4_K_M"
    QString quantisation; // "Q4_K_M", "BF16"; empty: not known
    Format format = Format::gguf;
    QList<RepoFile> files; // the first is the one to open: the file, its first part, config.json
    qint64 bytes = 0;      // of all files

    // How much of the original model is left, 1 to 5; 0: not known.
    int quality() const;
    bool operator==(const RepoVariant&) const = default;
};

// Smallest first. Files that no model is made of (pictures, projectors, importance matrices) belong to none.
QList<RepoVariant> variantsOf(const RepoListing& listing);
// By name, whatever case; else by quantisation; else by the path of a file.
std::optional<RepoVariant> findVariant(const QList<RepoVariant>& variants, const QString& name);
// Nobody said which: Q4_K_M or what is nearest to it.
std::optional<RepoVariant> usualVariant(const QList<RepoVariant>& variants);
// "model-Q4_K_M-00001-of-00002.gguf" -> "Q4_K_M"; empty: the name does not say.
QString quantisationOf(const QString& path);

} // namespace app::downloads

Q_DECLARE_METATYPE(app::downloads::RepoVariant)
