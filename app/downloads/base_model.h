// Which model of the catalogue a repository of the hub holds in other numbers of bits, when the hub says so.
#pragma once

#include "app/downloads/catalogue.h"
#include "app/downloads/repo_listing.h"

namespace app::downloads {

// The entry whose layers and experts the hit's model has: its own, or that of the model from which it was
// quantised. A fine-tuned or merged model is none of them: nobody has said that its shape stayed. nullptr:
// not known.
const CatalogueEntry* sameShape(const ModelHit& hit, const QList<CatalogueEntry>& known);

} // namespace app::downloads
