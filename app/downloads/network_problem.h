// Why a request came to no status, and what helps.
#pragma once

#include <QNetworkReply>

#include "app/downloads/problem.h"

namespace app::downloads {

// `words`: the system's; `host`: whom it was for; `proxy`: through whom, or empty; `where`: what was asked
// for.
Problem fromNetwork(QNetworkReply::NetworkError error, const QString& words, const QString& host,
                    const QString& proxy, const QString& where);

} // namespace app::downloads
