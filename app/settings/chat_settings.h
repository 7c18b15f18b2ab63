// ChatSettings: everything that shapes the replies of one conversation; presets are named ones.
#pragma once

#include <QJsonObject>
#include <QMetaType>
#include <QString>
#include <QStringList>

#include "app/settings/sampling.h"

namespace app::settings {

enum class Thinking { automatic, on, off };
enum class WhenFull { stop, dropOldest }; // what happens when the conversation outgrows the context

struct ChatSettings {
    QString preset; // name of the preset that this started from; "" for none
    QString systemPrompt;
    Sampling sampling;
    int maxTokens = 0; // 0: no limit
    QStringList stop;
    Thinking thinking = Thinking::automatic;
    bool plainTemplate = false; // not the model's own template but "User: ... Assistant: ..."
    WhenFull whenFull = WhenFull::dropOldest;

    bool operator==(const ChatSettings&) const = default;
    QJsonObject toJson() const;
    static ChatSettings fromJson(const QJsonObject& json);
};

} // namespace app::settings

Q_DECLARE_METATYPE(app::settings::ChatSettings)
