// Systems whose keychain is not known yet: there is none.
#include "app/settings/secret_service.h"

namespace app::settings {

bool keychainIsThere() {
    return false;
}
std::optional<QByteArray> readSecret(const QString&) {
    return std::nullopt;
}
bool storeSecret(const QString&, const QString&, const QByteArray&) {
    return false;
}
QString removeSecret(const QString&) {
    return {};
}

} // namespace app::settings
