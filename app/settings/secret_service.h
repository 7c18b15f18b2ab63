// The desktop's keychain, as far as one secret of this program is concerned. Blocking; for a thread that may
// wait.
#pragma once

#include <QByteArray>
#include <QString>
#include <optional>

namespace app::settings {

// `name` tells this program's secrets apart.
bool keychainIsThere();
std::optional<QByteArray> readSecret(const QString& name);
bool storeSecret(const QString& name, const QString& label, const QByteArray& secret);
QString removeSecret(const QString& name); // why not; empty: it is not there any more

} // namespace app::settings
