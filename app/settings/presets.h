// Presets: named ChatSettings, built-in ones and the person's own, and which of them new chats start from.
#pragma once

#include <QObject>
#include <QStringList>
#include <optional>

#include "app/settings/chat_settings.h"

namespace app::settings {

class Settings;

class Presets : public QObject {
    Q_OBJECT
 public:
    explicit Presets(Settings& settings, QObject* parent = nullptr);

    QStringList names() const; // built-in ones first, then the person's by name
    std::optional<ChatSettings> find(const QString& name) const;
    bool isBuiltIn(const QString& name) const; // may be saved over under the same name; remove() reverts it
    bool isModified(const ChatSettings& settings) const; // differs from the preset that it names

    void save(const QString& name, const ChatSettings& settings);
    void remove(const QString& name);

    ChatSettings defaults() const; // what a new chat starts with
    void setDefaults(const ChatSettings& settings);

 Q_SIGNALS:
    void changed();

 private:
    QJsonObject stored() const;
    void store(const QJsonObject& presets);

    Settings& m_settings;
};

} // namespace app::settings
