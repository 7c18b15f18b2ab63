// The built-in presets, and the person's own as one JSON value in the settings.
#include "app/settings/presets.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <algorithm>

#include "app/settings/settings.h"

namespace app::settings {

namespace {

constexpr char kPresets[] = "chat/presets";
constexpr char kDefaults[] = "chat/defaults";

QString tr(const char* text) {
    return QCoreApplication::translate("Presets", text);
}

ChatSettings builtIn(const char* name, double temperature, double topP, int topK, double minP,
                     double repetition) {
    ChatSettings settings;
    settings.preset = tr(name);
    settings.sampling.temperature = temperature;
    settings.sampling.topP = topP;
    settings.sampling.topK = topK;
    settings.sampling.minP = minP;
    settings.sampling.repetitionPenalty = repetition;
    return settings;
}

QList<ChatSettings> builtIns() {
    const Sampling plain;
    return {builtIn(QT_TRANSLATE_NOOP("Presets", "Balanced"), plain.temperature, plain.topP, plain.topK,
                    plain.minP, plain.repetitionPenalty),
            builtIn(QT_TRANSLATE_NOOP("Presets", "Precise"), 0.2, 0.9, 20, 0.05, 1.0),
            builtIn(QT_TRANSLATE_NOOP("Presets", "Creative"), 1.1, 0.98, 100, 0.02, 1.05)};
}

QJsonObject parse(const QVariant& text) {
    return QJsonDocument::fromJson(text.toString().toUtf8()).object();
}

QString print(const QJsonObject& json) {
    return QString::fromUtf8(QJsonDocument(json).toJson(QJsonDocument::Compact));
}

} // namespace

Presets::Presets(Settings& settings, QObject* parent) : QObject(parent), m_settings(settings) {}

QStringList Presets::names() const {
    QStringList names;
    for (const ChatSettings& preset : builtIns())
        names.append(preset.preset);
    QStringList own = stored().keys();
    own.removeIf([&](const QString& name) { return names.contains(name); });
    std::sort(own.begin(), own.end(),
              [](const QString& a, const QString& b) { return a.compare(b, Qt::CaseInsensitive) < 0; });
    return names + own;
}

std::optional<ChatSettings> Presets::find(const QString& name) const {
    const QJsonObject own = stored();
    if (own.contains(name)) {
        ChatSettings settings = ChatSettings::fromJson(own[name].toObject());
        settings.preset = name;
        return settings;
    }
    for (const ChatSettings& preset : builtIns())
        if (preset.preset == name) return preset;
    return std::nullopt;
}

bool Presets::isBuiltIn(const QString& name) const {
    const QList<ChatSettings> all = builtIns();
    return std::any_of(all.begin(), all.end(),
                       [&](const ChatSettings& preset) { return preset.preset == name; });
}

bool Presets::isModified(const ChatSettings& settings) const {
    const std::optional<ChatSettings> preset = find(settings.preset);
    return !preset || !(*preset == settings);
}

void Presets::save(const QString& name, const ChatSettings& settings) {
    if (name.trimmed().isEmpty()) return;
    QJsonObject presets = stored();
    ChatSettings named = settings;
    named.preset = name.trimmed();
    presets[named.preset] = named.toJson();
    store(presets);
}

void Presets::remove(const QString& name) {
    QJsonObject presets = stored();
    if (!presets.contains(name)) return;
    presets.remove(name);
    store(presets);
}

ChatSettings Presets::defaults() const {
    const QJsonObject found = parse(m_settings.stored(kDefaults));
    return found.isEmpty() ? builtIns().first() : ChatSettings::fromJson(found);
}

void Presets::setDefaults(const ChatSettings& settings) {
    m_settings.store(kDefaults, print(settings.toJson()));
    Q_EMIT changed();
}

QJsonObject Presets::stored() const {
    return parse(m_settings.stored(kPresets));
}

void Presets::store(const QJsonObject& presets) {
    m_settings.store(kPresets, print(presets));
    Q_EMIT changed();
}

} // namespace app::settings
