// A machine's profile as a table for people.
#pragma once

#include <QJsonObject>
#include <QString>

namespace app::cli {

QString machineTable(const QJsonObject& profile); // of the form that machine files have

} // namespace app::cli
