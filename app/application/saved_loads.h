// How the person wants single models to be loaded, kept in the settings.
#pragma once

#include <QString>
#include <optional>

#include "app/bridge/engine_host.h"
#include "app/settings/settings.h"

namespace app::application {

// nullopt: nothing was saved for this file.
std::optional<bridge::LoadOptions> savedLoadOptions(const settings::Settings& settings, const QString& path);
void saveLoadOptions(settings::Settings& settings, const QString& path, const bridge::LoadOptions& options);

} // namespace app::application
