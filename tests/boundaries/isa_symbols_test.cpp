// House rule 2: objects with ISA flags export one strong symbol per folder and no weak one. A weak copy of an
// inline function compiled for AVX-512 could become the whole program's copy, and the program die on other
// machines.
#include <QProcess>
#include <QRegularExpression>
#include <QTest>

namespace {
struct Symbols {
    QStringList strong, weak, undefined;
};

// nm's letters: T D B R S G strong; W V w v weak, u unique (one copy per process, so weak in effect); i
// indirect.
Symbols symbols_of(const QStringList& objects) {
    QProcess nm;
    nm.start(QStringLiteral(TANDEM_NM), QStringList{QStringLiteral("-P")} + objects);
    Symbols found;
    if (!nm.waitForFinished() || nm.exitCode() != 0) return found;
    const QStringList lines = QString::fromUtf8(nm.readAllStandardOutput()).split(QLatin1Char('\n'));
    for (const QString& line : lines) {
        const QStringList words = line.split(QLatin1Char(' '));
        if (words.size() < 2 || words[1].size() != 1) continue;
        const QString letter = words[1];
        if (QStringLiteral("WVwvui").contains(letter)) found.weak += words[0];
        if (QStringLiteral("TDBRSGC").contains(letter)) found.strong += words[0];
        if (letter == QLatin1String("U")) found.undefined += words[0];
    }
    return found;
}
} // namespace

class IsaSymbolsTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void oneDoorPerFolder_data() {
        QTest::addColumn<QString>("objects");
        QTest::addColumn<QString>("door");
        QTest::newRow("avx2") << QStringLiteral(TANDEM_AVX2_OBJECTS) << QStringLiteral("avx2_table");
        QTest::newRow("avx2_bytes") << QStringLiteral(TANDEM_AVX2_BYTES_OBJECTS)
                                    << QStringLiteral("avx2_bytes_kernels");
        QTest::newRow("avx_vnni") << QStringLiteral(TANDEM_AVX_VNNI_OBJECTS)
                                  << QStringLiteral("avx_vnni_kernels");
        QTest::newRow("avx512") << QStringLiteral(TANDEM_AVX512_OBJECTS) << QStringLiteral("avx512_table");
        QTest::newRow("avx512_vnni") << QStringLiteral(TANDEM_AVX512_VNNI_OBJECTS)
                                     << QStringLiteral("avx512_vnni_kernels");
        QTest::newRow("avx512_bf16") << QStringLiteral(TANDEM_AVX512_BF16_OBJECTS)
                                     << QStringLiteral("avx512_bf16_products");
        QTest::newRow("amx") << QStringLiteral(TANDEM_AMX_OBJECTS) << QStringLiteral("amx_kernels");
    }
    void oneDoorPerFolder() {
        QFETCH(QString, objects);
        QFETCH(QString, door);
        const Symbols symbols = symbols_of(objects.split(QLatin1Char(';'), Qt::SkipEmptyParts));
        QCOMPARE(symbols.strong.size(), qsizetype{1});
        QVERIFY2(symbols.strong[0].contains(door), qPrintable(symbols.strong[0]));
        QVERIFY2(symbols.weak.isEmpty(), qPrintable(symbols.weak.join(QLatin1Char('\n'))));
        // What it takes from elsewhere may be C's memory functions and the grids of kernels/quant (data with
        // one definition) only: a called C++ function might be inline somewhere and then have its copy here.
        static const QRegularExpression kGrid(QStringLiteral("^_ZN6engine7kernels\\d+kIq\\w+GridE$"));
        for (const QString& name : symbols.undefined) {
            static const QStringList kAllowed = {QStringLiteral("memcpy"), QStringLiteral("memset"),
                                                 QStringLiteral("memmove"),
                                                 QStringLiteral("_GLOBAL_OFFSET_TABLE_")};
            QVERIFY2(kAllowed.contains(name) || kGrid.match(name).hasMatch(), qPrintable(name));
        }
    }

    // The test can see what it forbids: this very program's object is full of weak symbols.
    void theRuleCanBite() {
        const Symbols own = symbols_of({QCoreApplication::applicationFilePath()});
        QVERIFY(own.strong.size() > 1);
        QVERIFY(!own.weak.isEmpty());
    }
};

QTEST_GUILESS_MAIN(IsaSymbolsTest)
#include "isa_symbols_test.moc"
