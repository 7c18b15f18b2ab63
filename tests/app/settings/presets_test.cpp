// Sampling and chat settings as JSON, presets, defaults.
#include <QJsonDocument>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/settings/presets.h"
#include "app/settings/settings.h"

using namespace app::settings;

class PresetsTest : public QObject {
    Q_OBJECT

 private Q_SLOTS:
    void init() {
        m_folder.emplace();
        m_settings = std::make_unique<Settings>(m_folder->filePath(QStringLiteral("tandem.ini")));
    }

    void everyFieldOfSamplingTravels() {
        Sampling sampling;
        sampling.greedy = true;
        sampling.fixedSeed = true;
        sampling.seed = std::numeric_limits<qint64>::max() - 1;
        for (const SamplingField& field : samplingFields()) {
            QVERIFY(field.minimum < field.maximum && field.step > 0);
            const double preset = field.get(Sampling());
            QVERIFY2(preset >= field.minimum && preset <= field.maximum, field.name);
            const double value = preset == field.maximum ? field.minimum : field.maximum;
            field.set(sampling, value);
            QCOMPARE(field.get(sampling), value);
        }
        const QJsonObject json = QJsonDocument::fromJson(QJsonDocument(sampling.toJson()).toJson()).object();
        QVERIFY(Sampling::fromJson(json) == sampling);
    }

    void samplingOutOfItsRangeIsTheDefault() {
        QJsonObject json;
        for (const SamplingField& field : samplingFields())
            json[QLatin1String(field.name)] = field.maximum + 1;
        json[QStringLiteral("seed")] = QStringLiteral("not a number");
        json[QStringLiteral("greedy")] = 7;
        QVERIFY(Sampling::fromJson(json) == Sampling());
        for (const SamplingField& field : samplingFields())
            json[QLatin1String(field.name)] = QStringLiteral("1");
        QVERIFY(Sampling::fromJson(json) == Sampling());
    }

    void chatSettingsTravel() {
        ChatSettings settings;
        settings.preset = QStringLiteral("Mine");
        settings.systemPrompt = QStringLiteral("Answer in\nGerman.");
        settings.maxTokens = 512;
        settings.stop = {QStringLiteral("\n\n"), QStringLiteral("<|im_end|>")};
        settings.thinking = Thinking::off;
        settings.plainTemplate = true;
        settings.whenFull = WhenFull::stop;
        QVERIFY(ChatSettings::fromJson(settings.toJson()) == settings);
        QVERIFY(ChatSettings::fromJson({}) == ChatSettings());
    }

    void builtInPresetsAreThere() {
        const Presets presets(*m_settings);
        QVERIFY(presets.names().size() >= 3);
        for (const QString& name : presets.names()) {
            const ChatSettings settings = presets.find(name).value();
            QCOMPARE(settings.preset, name);
            QVERIFY(presets.isBuiltIn(name));
            QVERIFY(!presets.isModified(settings));
        }
        QVERIFY(!presets.find(QStringLiteral("nobody")));
        QVERIFY(!presets.isModified(presets.defaults()));
    }

    void ownPresetsOutliveTheProgram() {
        ChatSettings settings;
        settings.systemPrompt = QStringLiteral("You are a careful engineer.");
        {
            Presets presets(*m_settings);
            QSignalSpy changed(&presets, &Presets::changed);
            presets.save(QStringLiteral("  zeta "), settings);
            presets.save(QStringLiteral("Alpha"), settings);
            presets.save(QStringLiteral("  "), settings);
            QCOMPARE(changed.size(), 2);
        }
        m_settings->sync();
        const Settings again(m_folder->filePath(QStringLiteral("tandem.ini")));
        const Presets presets(const_cast<Settings&>(again));
        QCOMPARE(presets.names().mid(3), (QStringList{QStringLiteral("Alpha"), QStringLiteral("zeta")}));
        QCOMPARE(presets.find(QStringLiteral("zeta"))->systemPrompt, settings.systemPrompt);
    }

    void savingOverABuiltInOneCanBeReverted() {
        Presets presets(*m_settings);
        const QString name = presets.names().first();
        ChatSettings changed = presets.find(name).value();
        changed.sampling.temperature = 1.9;
        QVERIFY(presets.isModified(changed));
        presets.save(name, changed);
        QVERIFY(!presets.isModified(changed));
        QCOMPARE(presets.names().count(name), 1);
        presets.remove(name);
        QVERIFY(presets.isModified(changed));
        QVERIFY(presets.find(name));
    }

    void newChatsStartWithTheDefaults() {
        Presets presets(*m_settings);
        ChatSettings settings = presets.defaults();
        settings.systemPrompt = QStringLiteral("Be kind.");
        presets.setDefaults(settings);
        QVERIFY(presets.defaults() == settings);
    }

    void damagedPresetsAreNone() {
        m_settings->setValue(Key<QString>{"chat/presets", {}}, QStringLiteral("{\"broken\": "));
        m_settings->setValue(Key<QString>{"chat/defaults", {}}, QStringLiteral("[1,2]"));
        const Presets presets(*m_settings);
        QCOMPARE(presets.names().size(), 3);
        QVERIFY(!presets.isModified(presets.defaults()));
    }

 private:
    std::optional<QTemporaryDir> m_folder;
    std::unique_ptr<Settings> m_settings;
};

QTEST_GUILESS_MAIN(PresetsTest)
#include "presets_test.moc"
