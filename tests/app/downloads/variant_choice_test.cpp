// The recommended variant is found with few plans, and is the one that all plans together would give.
#include "app/downloads/variant_choice.h"

#include <QRandomGenerator>
#include <QTest>

using namespace app::downloads;

namespace {

RepoVariant variant(const QString& name, qint64 bytes) {
    RepoVariant made;
    made.name = made.quantisation = name;
    made.bytes = bytes;
    return made;
}

// What a repository of a model with so many parameters usually offers, smallest first.
QList<RepoVariant> usualOffer(qint64 parameters) {
    QList<RepoVariant> all;
    for (const auto& [name, bits] : std::initializer_list<std::pair<const char*, double>>{{"IQ1_S", 1.7},
                                                                                          {"IQ2_XXS", 2.2},
                                                                                          {"Q2_K", 2.9},
                                                                                          {"IQ3_XXS", 3.2},
                                                                                          {"Q3_K_S", 3.5},
                                                                                          {"Q3_K_M", 3.9},
                                                                                          {"IQ4_XS", 4.3},
                                                                                          {"Q4_0", 4.5},
                                                                                          {"Q4_K_S", 4.6},
                                                                                          {"Q4_K_M", 4.9},
                                                                                          {"Q5_K_M", 5.7},
                                                                                          {"Q6_K", 6.6},
                                                                                          {"Q8_0", 8.5},
                                                                                          {"BF16", 16}})
        all.append(variant(QLatin1String(name), static_cast<qint64>(double(parameters) * bits / 8)));
    return all;
}

struct Found {
    std::optional<RepoVariant> variant;
    int plans = 0;
};

// Plans of a computer in which weights of so many bytes fit, beside caches that are not weights.
Found find(const QList<RepoVariant>& offer, qint64 most, qint64 room) {
    VariantChoice choice(offer);
    Found found;
    while (const auto next = choice.next()) {
        ++found.plans;
        const bool fits = next->bytes <= most;
        if (fits) found.variant = next;
        choice.take(fits, room);
    }
    return found;
}

} // namespace

class VariantChoiceTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void theRule() {
        const QList<RepoVariant> all = usualOffer(1000);
        QCOMPARE(recommendedVariant(all)->name, QStringLiteral("Q4_K_M"));
        QCOMPARE(recommendedVariant(all.mid(0, 9))->name, QStringLiteral("Q4_K_S"));
        QCOMPARE(recommendedVariant(all.mid(0, 5))->name, QStringLiteral("Q3_K_S")); // the largest
        QVERIFY(!recommendedVariant({}));
    }

    void oneByOneAsAllTogether() {
        QRandomGenerator random(7);
        int plans = 0;
        for (int round = 0; round < 2000; ++round) {
            QList<RepoVariant> offer = usualOffer(1'000'000);
            while (offer.size() > 1 && random.bounded(3) > 0) // few have all of them
                offer.removeAt(random.bounded(static_cast<int>(offer.size())));
            const qint64 most = random.bounded(2'500'000);
            QList<RepoVariant> fitting = offer;
            fitting.removeIf([&](const RepoVariant& v) { return v.bytes > most; });
            const Found found = find(offer, most, most + random.bounded(100'000));
            QCOMPARE(found.variant, recommendedVariant(fitting));
            plans = qMax(plans, found.plans);
        }
        QVERIFY2(plans <= 5, qPrintable(QString::number(plans)));
    }

    void nothingFitsIsSeenAtOnce() {
        const Found found = find(usualOffer(1'000'000'000'000), 8'000'000'000, 9'000'000'000);
        QVERIFY(!found.variant);
        QCOMPARE(found.plans, 1);
    }
};

QTEST_GUILESS_MAIN(VariantChoiceTest)
#include "variant_choice_test.moc"
