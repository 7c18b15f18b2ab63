// ChatSettings as JSON.
#include "app/settings/chat_settings.h"

#include <QJsonArray>

namespace app::settings {

namespace {

const QString kPreset = QStringLiteral("preset"), kSystemPrompt = QStringLiteral("system_prompt"),
              kSampling = QStringLiteral("sampling"), kMaxTokens = QStringLiteral("max_tokens"),
              kStop = QStringLiteral("stop"), kThinking = QStringLiteral("thinking"),
              kPlain = QStringLiteral("plain_template"), kWhenFull = QStringLiteral("when_full");
const QString kAuto = QStringLiteral("auto"), kOn = QStringLiteral("on"), kOff = QStringLiteral("off"),
              kStopWord = QStringLiteral("stop"), kDropOldest = QStringLiteral("drop_oldest");

} // namespace

QJsonObject ChatSettings::toJson() const {
    QJsonObject json;
    json[kPreset] = preset;
    json[kSystemPrompt] = systemPrompt;
    json[kSampling] = sampling.toJson();
    json[kMaxTokens] = maxTokens;
    json[kStop] = QJsonArray::fromStringList(stop);
    json[kThinking] = thinking == Thinking::on ? kOn : thinking == Thinking::off ? kOff : kAuto;
    json[kPlain] = plainTemplate;
    json[kWhenFull] = whenFull == WhenFull::stop ? kStopWord : kDropOldest;
    return json;
}

ChatSettings ChatSettings::fromJson(const QJsonObject& json) {
    ChatSettings settings;
    settings.preset = json[kPreset].toString();
    settings.systemPrompt = json[kSystemPrompt].toString();
    settings.sampling = Sampling::fromJson(json[kSampling].toObject());
    settings.maxTokens = qMax(0, json[kMaxTokens].toInt());
    for (const QJsonValue& value : json[kStop].toArray())
        if (!value.toString().isEmpty()) settings.stop.append(value.toString());
    const QString thinking = json[kThinking].toString();
    if (thinking == kOn) settings.thinking = Thinking::on;
    if (thinking == kOff) settings.thinking = Thinking::off;
    settings.plainTemplate = json[kPlain].toBool();
    if (json[kWhenFull].toString() == kStopWord) settings.whenFull = WhenFull::stop;
    return settings;
}

} // namespace app::settings
