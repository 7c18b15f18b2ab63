// Which of a repository's variants to recommend for a computer, and how to find that with few plans.
#pragma once

#include "app/downloads/repo_variant.h"

namespace app::downloads {

// Of those that fit the one that people usually take; when that is too large, the largest that fits. nullopt:
// none is given.
std::optional<RepoVariant> recommendedVariant(const QList<RepoVariant>& fitting);

// Looks for it by planning one variant after the other, as few as will do: every header costs megabytes of
// a network.
class VariantChoice {
 public:
    explicit VariantChoice(QList<RepoVariant> variants) : m_left(std::move(variants)) {}

    // The one to plan next; nullopt: it is settled.
    std::optional<RepoVariant> next() const;
    // The plan of next(). `room`: bytes that a model may take of all devices together.
    void take(bool fits, qint64 room);

 private:
    QList<RepoVariant> m_left; // those that may fit
    bool m_settled = false;
};

} // namespace app::downloads
