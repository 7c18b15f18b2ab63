// Settings: what this person chose, with a type, a default and a range each, kept in an INI file.
//
// An unknown, damaged or out-of-range value in the file reads as the default. Writing goes to memory at once
// and to the disk when Qt gets to it.
#pragma once

#include <QObject>
#include <QSettings>
#include <QVariant>

namespace app::settings {

template <typename T>
struct Key {
    const char* name; // group/name in the file
    T fallback;
    T minimum = {}, maximum = {}; // both equal: any value
};

enum class Theme { system, light, dark, highContrast };
enum class SendKey { enter, ctrlEnter };

inline const Key<Theme> kTheme{"appearance/theme", Theme::system, Theme::system, Theme::highContrast};
inline const Key<int> kTextZoom{"appearance/text_zoom_percent", 100, 80, 200};
inline const Key<bool> kReducedMotion{"appearance/reduced_motion", false};
inline const Key<bool> kAdvanced{"appearance/advanced", false};
inline const Key<SendKey> kSendKey{"chat/send_key", SendKey::enter, SendKey::enter, SendKey::ctrlEnter};
inline const Key<bool> kShowThinking{"chat/show_thinking", false}; // thinking blocks open when finished
inline const Key<QByteArray> kWindowGeometry{"window/geometry", {}};
inline const Key<QByteArray> kWindowState{"window/state", {}};
inline const Key<QByteArray> kChatSplitter{"window/chat_splitter", {}};
inline const Key<bool> kChatListVisible{"window/chat_list", true};
inline const Key<bool> kInspectorVisible{"window/inspector", true};
inline const Key<QString> kLastPage{"window/page", {}};
inline const Key<QString> kLastModel{"model/last", {}};
inline const Key<QString> kModelLoads{"model/loads", {}}; // JSON: how each model is loaded, by path
inline const Key<bool> kLoadLastModel{"model/load_at_start", true};
inline const Key<QString> kModelsFolder{"library/models_folder", {}}; // empty: the standard one
inline const Key<QStringList> kLibraryFolders{"library/folders", {}}; // searched besides the known ones
inline const Key<QStringList> kFoldersOff{"library/folders_off", {}};
inline const Key<qint64> kLastConversation{"chat/last", 0};
inline const Key<int> kThreads{"engine/threads", 0, 0, 1024};                // 0: one per physical core
inline const Key<int> kContextSize{"engine/context", 0, 0, 4 * 1024 * 1024}; // 0: the engine's choice
inline const Key<QString> kHubEndpoint{"hub/endpoint", QStringLiteral("https://huggingface.co")};
inline const Key<int> kDownloadsAtOnce{"downloads/at_once", 3, 1, 10};
inline const Key<int> kDownloadLimit{"downloads/limit_kb_per_s", 0, 0, 100'000'000}; // 0: none

class Settings : public QObject {
    Q_OBJECT
 public:
    explicit Settings(const QString& file, QObject* parent = nullptr);

    template <typename T>
    T value(const Key<T>& key) const;
    template <typename T>
    void setValue(const Key<T>& key, const T& value); // out of range: the nearest end
    template <typename T>
    void reset(const Key<T>& key) {
        setValue(key, key.fallback);
    }
    template <typename T>
    static bool is(const QString& changedName, const Key<T>& key) {
        return changedName == QLatin1String(key.name);
    }

    // False once the file could not be written (read-only folder, full disk): choices last until the end.
    bool isWritable() const;
    void sync() { m_file.sync(); }

 Q_SIGNALS:
    void changed(const QString& name);

 private:
    friend class Presets;
    QVariant stored(const char* name) const { return m_file.value(QLatin1String(name)); }
    void store(const char* name, const QVariant& value);

    QSettings m_file;
};

template <typename T>
T Settings::value(const Key<T>& key) const {
    const QVariant found = stored(key.name);
    if (!found.isValid()) return key.fallback;
    if constexpr (std::is_enum_v<T>) {
        bool ok = false;
        const int number = found.toInt(&ok);
        return ok && number >= static_cast<int>(key.minimum) && number <= static_cast<int>(key.maximum)
                   ? static_cast<T>(number)
                   : key.fallback;
    } else if constexpr (std::is_same_v<T, bool>) {
        const QString word = found.toString();
        if (word == QLatin1String("true")) return true;
        if (word == QLatin1String("false")) return false;
        return key.fallback;
    } else if constexpr (std::is_arithmetic_v<T>) {
        bool ok = false;
        const qint64 number = found.toLongLong(&ok);
        const bool any = key.minimum == key.maximum;
        return ok && (any || (number >= key.minimum && number <= key.maximum)) ? static_cast<T>(number)
                                                                               : key.fallback;
    } else {
        return found.canConvert<T>() ? found.value<T>() : key.fallback;
    }
}

template <typename T>
void Settings::setValue(const Key<T>& key, const T& wanted) {
    T value = wanted;
    if constexpr (std::is_enum_v<T>) {
        store(key.name, static_cast<int>(value));
    } else {
        if constexpr (std::is_arithmetic_v<T> && !std::is_same_v<T, bool>) {
            if (key.minimum != key.maximum) value = qBound(key.minimum, value, key.maximum);
        }
        store(key.name, QVariant::fromValue(value));
    }
}

} // namespace app::settings
