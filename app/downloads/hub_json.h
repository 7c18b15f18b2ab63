// The answers of the hub's API as values. Pure: bytes in, values out; what is missing or of another type
// reads as not known.
#pragma once

#include <QByteArray>
#include <optional>

#include "app/downloads/repo_listing.h"

namespace app::downloads {

// nullopt: the bytes are not the JSON that such an answer is made of.
std::optional<QList<ModelHit>> parseHits(const QByteArray& json);
std::optional<RepoListing> parseModel(const QByteArray& json); // without files
std::optional<QList<RepoFile>> parseTree(const QByteArray& json);
// Pages of a tree may overlap. Two of one name that are not the same file both stay, and are refused as a
// pair.
QList<RepoFile> withoutRepeats(const QList<RepoFile>& files);

// The first paragraph of a model card that is plain prose, at most some 400 characters.
QString firstParagraph(const QByteArray& readme);
// The address after rel="next" of a Link header; empty: there is no further page.
QByteArray nextLink(const QByteArray& linkHeader);

} // namespace app::downloads
