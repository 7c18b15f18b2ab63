// What the names of quantisations say.
#pragma once

#include <QString>

namespace app::bridge {

// How much of the original model is left in a "Q4_K_M", 1 to 5; 0: not known.
int qualityOf(const QString& quantisation);

} // namespace app::bridge
