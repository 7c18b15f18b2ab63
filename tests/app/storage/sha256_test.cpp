// SHA-256 in pieces, with its state kept between them.
#include <QCryptographicHash>
#include <QRandomGenerator>
#include <QTest>

#include "app/storage/sha256.h"

using app::storage::Sha256;

class Sha256Test : public QObject {
    Q_OBJECT
    static QByteArray random_bytes(int count) {
        QRandomGenerator random(static_cast<quint32>(count));
        QByteArray bytes(count, Qt::Uninitialized);
        for (char& byte : bytes)
            byte = static_cast<char>(random.bounded(256));
        return bytes;
    }

 private Q_SLOTS:
    void hashIsThatOfQt() {
        for (const int size : {0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 128, 1000, 100'003}) {
            const QByteArray bytes = random_bytes(size);
            Sha256 hash;
            qint64 at = 0;
            for (int step = 1; at < size;
                 step = step * 3 % 101 + 1) { // odd pieces, the state kept after each
                const qint64 count = qMin<qint64>(step, size - at);
                hash.add(bytes.constData() + at, count);
                at += count;
                const auto again = Sha256::fromState(hash.state());
                QVERIFY(again);
                hash = *again;
            }
            QCOMPARE(hash.hex(), QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex());
            QCOMPARE(hash.count(), size);
        }
        for (const QByteArray& bad :
             {QByteArray(), QByteArray("zz"), QByteArray(80, 'f'), Sha256().state() + "00"})
            QVERIFY(!Sha256::fromState(bad));
    }

    void theStateIsWrittenAsEver() { // records of downloads hold it
        const QByteArray state =
            "0000000000000003"
            "6a09e667bb67ae853c6ef372a54ff53a510e527f9b05688c1f83d9ab5be0cd19"
            "616263";
        Sha256 hash;
        hash.add("abc", 3);
        QCOMPARE(hash.state(), state);
        const auto taken_up = Sha256::fromState(state);
        QVERIFY(taken_up);
        QCOMPARE(taken_up->hex(), hash.hex());
    }

    void moreThanFourGigabytesAreCounted() {
        const QByteArray many = "0000000280000000" + Sha256().state().mid(16);
        auto hash = Sha256::fromState(many);
        QVERIFY(hash);
        QCOMPARE(hash->count(), qint64{10} << 30);
        hash->add("x", 1);
        QCOMPARE(hash->count(), (qint64{10} << 30) + 1);
        QCOMPARE(Sha256::fromState(hash->state())->hex(), hash->hex());
    }
};

QTEST_GUILESS_MAIN(Sha256Test)
#include "sha256_test.moc"
