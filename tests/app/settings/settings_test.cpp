// Typed keys: kept over restarts, told once, and never a value out of its range.
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/settings/settings.h"

using namespace app::settings;

class SettingsTest : public QObject {
    Q_OBJECT

 private Q_SLOTS:
    void init() { m_folder.emplace(); }

    void defaultsWithoutAFile() {
        const Settings settings(file());
        QCOMPARE(settings.value(kTheme), Theme::system);
        QCOMPARE(settings.value(kTextZoom), 100);
        QCOMPARE(settings.value(kSendKey), SendKey::enter);
        QCOMPARE(settings.value(kLoadLastModel), true);
        QVERIFY(settings.value(kWindowGeometry).isEmpty());
        QVERIFY(settings.isWritable());
    }

    void valuesOutliveTheProgram() {
        const QByteArray geometry("\0\xff\x01 bytes;=\n", 11);
        const QString path = QStringLiteral("/modèle/東京, \"x\".gguf");
        {
            Settings settings(file());
            settings.setValue(kTheme, Theme::highContrast);
            settings.setValue(kTextZoom, 150);
            settings.setValue(kReducedMotion, true);
            settings.setValue(kLoadLastModel, false);
            settings.setValue(kWindowGeometry, geometry);
            settings.setValue(kLastModel, path);
            settings.setValue(kLastConversation, qint64(1) << 60);
        }
        const Settings settings(file());
        QCOMPARE(settings.value(kTheme), Theme::highContrast);
        QCOMPARE(settings.value(kTextZoom), 150);
        QCOMPARE(settings.value(kReducedMotion), true);
        QCOMPARE(settings.value(kLoadLastModel), false);
        QCOMPARE(settings.value(kWindowGeometry), geometry);
        QCOMPARE(settings.value(kLastModel), path);
        QCOMPARE(settings.value(kLastConversation), qint64(1) << 60);
    }

    void changesAreToldByName() {
        Settings settings(file());
        QSignalSpy changed(&settings, &Settings::changed);
        settings.setValue(kTheme, Theme::dark);
        settings.setValue(kTheme, Theme::dark);
        QCOMPARE(changed.size(), 1);
        QVERIFY(Settings::is(changed.first().first().toString(), kTheme));
        QVERIFY(!Settings::is(changed.first().first().toString(), kTextZoom));
        settings.reset(kTheme);
        QCOMPARE(settings.value(kTheme), Theme::system);
        QCOMPARE(changed.size(), 2);
    }

    void writingKeepsTheRange() {
        Settings settings(file());
        settings.setValue(kTextZoom, 9999);
        QCOMPARE(settings.value(kTextZoom), kTextZoom.maximum);
        settings.setValue(kTextZoom, -4);
        QCOMPARE(settings.value(kTextZoom), kTextZoom.minimum);
        settings.setValue(kThreads, -1);
        QCOMPARE(settings.value(kThreads), 0);
    }

    void damagedValuesReadAsDefaults_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("words") << QByteArray(
            "[appearance]\ntheme=purple\ntext_zoom_percent=huge\n[model]\nload_at_start=7\n");
        QTest::newRow("range") << QByteArray(
            "[appearance]\ntheme=12\ntext_zoom_percent=100000\n[model]\nload_at_start=\n");
        QTest::newRow("negative") << QByteArray("[appearance]\ntheme=-1\ntext_zoom_percent=-100\n");
        QTest::newRow("overflow") << QByteArray("[appearance]\ntext_zoom_percent=99999999999999999999\n");
        QTest::newRow("list") << QByteArray("[appearance]\ntheme=1, 2\ntext_zoom_percent=1, 2\n");
        QTest::newRow("noise") << QByteArray("\x00\xff[[[==;;\n\n@Variant(", 17);
    }
    void damagedValuesReadAsDefaults() {
        QFETCH(QByteArray, content);
        QFile damaged(file());
        QVERIFY(damaged.open(QIODevice::WriteOnly));
        damaged.write(content);
        damaged.close();
        Settings settings(file());
        QCOMPARE(settings.value(kTheme), Theme::system);
        QCOMPARE(settings.value(kTextZoom), 100);
        QCOMPARE(settings.value(kLoadLastModel), true);
        settings.setValue(kTextZoom, 110); // and it can be written again
        settings.sync();
        QCOMPARE(Settings(file()).value(kTextZoom), 110);
    }

    void twoWindowsShareTheFile() {
        Settings first(file()), second(file());
        first.setValue(kTheme, Theme::dark);
        second.setValue(kTextZoom, 120);
        first.sync();
        second.sync();
        first.sync();
        QCOMPARE(first.value(kTextZoom), 120);
        QCOMPARE(second.value(kTheme), Theme::dark);
    }

 private:
    QString file() const { return m_folder->filePath(QStringLiteral("tandem.ini")); }
    std::optional<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(SettingsTest)
#include "settings_test.moc"
