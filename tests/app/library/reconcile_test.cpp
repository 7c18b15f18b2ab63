// What stays, what is new, what moved: found against known.
#include <QTest>

#include "app/library/reconcile.h"

using namespace app::library;

namespace {

Entry entry(const char* path, quint64 inode, qint64 size = 10, EntryId id = 0) {
    Entry made;
    made.id = id;
    made.path = QLatin1String(path);
    made.name = made.path;
    EntryFile file;
    file.path = made.path;
    file.stamp.device = inode == 0 ? 0 : 1;
    file.stamp.inode = inode;
    file.stamp.size = size;
    made.files.append(file);
    return made;
}

Entry read(Entry made) {
    made.state = Entry::State::ready;
    made.info.parameters = 7;
    made.lastUsed = QDateTime::currentDateTimeUtc();
    made.fingerprint = QStringLiteral("f");
    return made;
}

} // namespace

class ReconcileTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void unchangedFilesKeepTheirFacts() {
        const Entry known = read(entry("/a", 1, 10, 5));
        const Reconciled now = reconcile({known}, {entry("/a", 1)});
        QCOMPARE(now.entries.size(), 1);
        QCOMPARE(now.entries.first(), known);
        QVERIFY(now.toRead.isEmpty() && now.gone.isEmpty() && now.moved.isEmpty());
    }
    void changedFilesKeepTheirId() {
        const Reconciled now = reconcile({read(entry("/a", 1, 10, 5))}, {entry("/a", 2, 11)});
        QCOMPARE(now.entries.first().id, 5);
        QCOMPARE(now.entries.first().info.parameters, 0);
        QCOMPARE(now.toRead, QList<EntryId>{5});
        QVERIFY(now.entries.first().lastUsed.isValid());
    }
    void renamedFilesAreRecognised() {
        const Reconciled now = reconcile({read(entry("/a", 1, 10, 5))}, {entry("/b", 1)});
        QCOMPARE(now.entries.first().id, 5);
        QCOMPARE(now.moved.size(), 1);
        QVERIFY(now.gone.isEmpty());
    }
    void twoFilesMayChangeNames() {
        const QList<Entry> known{read(entry("/a", 1, 10, 5)), read(entry("/b", 2, 20, 6))};
        const Reconciled now = reconcile(known, {entry("/a", 2, 20), entry("/b", 1, 10)});
        QCOMPARE(now.toRead.size(), 2); // by path, read again: never a wrong fact
        QVERIFY(now.gone.isEmpty());
    }
    void filesWithoutNumbersAreNeverTheSame() {
        const Reconciled now = reconcile({read(entry("/a", 0, 10, 5))}, {entry("/b", 0), entry("/c", 0)});
        QCOMPARE(now.entries.size(), 2);
        QVERIFY(now.moved.isEmpty());
        QCOMPARE(now.gone.size(), 1);
    }
    void newIdsAreTheirOwn() {
        const Reconciled now = reconcile({}, {entry("/a", 1), entry("/b", 2), entry("/b", 3)});
        QCOMPARE(now.entries.size(), 2); // one path, one entry
        QVERIFY(now.entries[0].id > 0 && now.entries[0].id != now.entries[1].id);
    }
    void linksAreTheSameFile() {
        const Reconciled now = reconcile({}, {entry("/a", 1), entry("/b", 1), entry("/c", 1)});
        QCOMPARE(now.entries.size(), 1);
        QCOMPARE(now.entries.first().alsoKnownAs, (QStringList{QStringLiteral("/b"), QStringLiteral("/c")}));
    }
    void incompleteOnesAreNotRead() {
        Entry part = entry("/a", 1);
        part.state = Entry::State::incomplete;
        const Reconciled now = reconcile({read(entry("/a", 1, 10, 5))}, {part});
        QVERIFY(now.toRead.isEmpty());
        QCOMPARE(now.entries.first().state, Entry::State::incomplete);
        QCOMPARE(now.entries.first().id, 5);
    }
    void contentIsRecognised() {
        Entry fresh = entry("/new", 9);
        QVERIFY(sameContent({read(entry("/a", 1, 10, 5))}, fresh) == nullptr); // not looked into yet
        fresh.fingerprint = QStringLiteral("f");
        QCOMPARE(sameContent({read(entry("/a", 1, 10, 5))}, fresh)->id, 5);
        fresh.files.first().stamp.size = 11;
        QVERIFY(sameContent({read(entry("/a", 1, 10, 5))}, fresh) == nullptr);
    }
    void entriesSurviveJson() {
        Entry full = read(entry("/a", 1, 10, 5));
        full.info.path = full.path;
        full.info.kind = app::bridge::ModelInfo::Kind::adapter;
        full.info.baseModel = QStringLiteral("x/y");
        full.files.first().stamp.modified = -5'000'000'000'000'000'001;
        full.files.first().stamp.inode = 0xffff'ffff'ffff'fff1;
        full.missingParts = {QStringLiteral("p")};
        full.verification = {Verification::Verdict::same,
                             QDateTime::fromMSecsSinceEpoch(1'700'000'000'123, Qt::UTC)};
        Entry again = entryFromJson(toJson(full));
        again.id = full.id;
        again.path = again.info.path = full.path;
        again.lastUsed = full.lastUsed;
        QCOMPARE(again, full);
    }
    void hostileJson() {
        const Entry made = entryFromJson({{QStringLiteral("state"), 99},
                                          {QStringLiteral("owner"), -3},
                                          {QStringLiteral("format"), QStringLiteral("x")},
                                          {QStringLiteral("files"), 5},
                                          {QStringLiteral("info"), QStringLiteral("y")}});
        QCOMPARE(made.state, Entry::State::unread);
        QVERIFY(made.files.isEmpty());
    }
};

QTEST_APPLESS_MAIN(ReconcileTest)
#include "reconcile_test.moc"
