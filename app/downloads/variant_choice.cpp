// Nothing fits that is larger than what does not fit, or than all the room there is.
#include "app/downloads/variant_choice.h"

#include <algorithm>

namespace app::downloads {

std::optional<RepoVariant> recommendedVariant(const QList<RepoVariant>& fitting) {
    const std::optional<RepoVariant> usual = usualVariant(fitting);
    if (!usual || usual->quality() >= 4) return usual;
    return *std::max_element(fitting.begin(), fitting.end(),
                             [](const RepoVariant& a, const RepoVariant& b) { return a.bytes < b.bytes; });
}

std::optional<RepoVariant> VariantChoice::next() const {
    return m_settled ? std::nullopt : recommendedVariant(m_left);
}

void VariantChoice::take(bool fits, qint64 room) {
    const std::optional<RepoVariant> planned = next();
    if (!planned) return;
    m_settled = fits;
    if (!fits)
        m_left.removeIf([most = std::min(room, planned->bytes - 1)](const RepoVariant& variant) {
            return variant.bytes > most;
        });
}

} // namespace app::downloads
