// platform: files as memory, and files that appear only when they are complete.
#include <sys/stat.h>
#include <unistd.h>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <cstring>

#include "engine/platform/atomic_file.h"
#include "engine/platform/mapped_file.h"

using namespace engine;
using namespace engine::platform;

class FilesTest : public QObject {
    Q_OBJECT
    QTemporaryDir folder_;
    std::string path(const char* name) const {
        return folder_.filePath(QString::fromUtf8(name)).toStdString();
    }
    void put(const char* name, const QByteArray& bytes) const {
        QFile file(folder_.filePath(QString::fromUtf8(name)));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
    }
    QByteArray get(const char* name) const {
        QFile file(folder_.filePath(QString::fromUtf8(name)));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("(not there)");
    }
    QStringList names() const {
        return QDir(folder_.path())
            .entryList(QDir::AllEntries | QDir::System | QDir::NoDotAndDotDot, QDir::Name);
    }
    static std::span<const std::byte> bytes(const char* text) {
        return std::as_bytes(std::span(text, strlen(text)));
    }

 private Q_SLOTS:
    void init() {
        for (const QString& name : names())
            QVERIFY(QFile::remove(folder_.filePath(name)) || QDir().rmdir(folder_.filePath(name)));
    }

    void mapsWhatIsThere() {
        put("file", "some bytes");
        auto file = MappedFile::open(path("file"));
        QVERIFY(file.ok());
        QCOMPARE((*file)->bytes().size(), size_t{10});
        QCOMPARE(memcmp((*file)->bytes().data(), "some bytes", 10), 0);
        QCOMPARE((*file)->path(), path("file"));
        QVERIFY(QFile::remove(folder_.filePath(QStringLiteral("file")))); // the mapping keeps the file
        QCOMPARE(memcmp((*file)->bytes().data(), "some bytes", 10), 0);
    }

    // Pages of files that this process holds; -1 where the system does not say.
    static qint64 resident_pages_of_files() {
        QFile statm(QStringLiteral("/proc/self/statm"));
        if (!statm.open(QIODevice::ReadOnly)) return -1;
        return statm.readAll().split(' ').value(2).toLongLong();
    }

    void releasedPagesAreReadAgain() {
        constexpr qsizetype kBytes = 8 << 20;
        put("large", QByteArray(kBytes, 'x'));
        const auto file = MappedFile::open(path("large"));
        QVERIFY(file.ok());
        const auto all = (*file)->bytes();
        const auto sum = [&] {
            int64_t total = 0;
            for (const std::byte b : all)
                total += static_cast<int64_t>(b);
            return total;
        };
        QCOMPARE(sum(), int64_t{kBytes} * 'x');
        const qint64 before = resident_pages_of_files();
        (*file)->release(all.subspan(1, 100)); // holds no whole page
        (*file)->release(all.subspan(3));
        (*file)->release({});
        if (before >= 0) QVERIFY(before - resident_pages_of_files() > kBytes / 4096 * 9 / 10);
        QCOMPARE(sum(), int64_t{kBytes} * 'x');
    }

    void anEmptyFileIsEmpty() {
        put("empty", "");
        const auto file = MappedFile::open(path("empty"));
        QVERIFY(file.ok() && (*file)->bytes().empty());
    }

    void saysWhyItCannotOpen() {
        const auto missing = MappedFile::open(path("missing"));
        QVERIFY(!missing.ok() && missing.error().code == ErrorCode::not_found);
        QVERIFY(QByteArray::fromStdString(missing.error().message).contains("missing: No such file"));
        const auto folder = MappedFile::open(folder_.path().toStdString());
        QVERIFY(!folder.ok() && folder.error().code == ErrorCode::io);
        QVERIFY(QByteArray::fromStdString(folder.error().message).contains("is a folder"));
        QCOMPARE(mkfifo(path("pipe").c_str(), 0600), 0);
        const auto pipe = MappedFile::open(path("pipe")); // must not wait for a writer
        QVERIFY(!pipe.ok() && pipe.error().code == ErrorCode::io);
        if (geteuid() != 0) { // root may read everything
            put("secret", "x");
            QCOMPARE(chmod(path("secret").c_str(), 0), 0);
            const auto secret = MappedFile::open(path("secret"));
            QVERIFY(!secret.ok() && secret.error().code == ErrorCode::io);
        }
    }

    void appearsOnlyWhenComplete() {
        put("file", "old");
        {
            auto file = AtomicFile::create(path("file"), 6);
            QVERIFY(file.ok());
            QVERIFY(file->append(bytes("new")).ok());
            QCOMPARE(get("file"), QByteArray("old"));
            QCOMPARE(names(), (QStringList{QStringLiteral("file"), QStringLiteral("file.part")}));
            QVERIFY(file->append(bytes("er!")).ok());
            QVERIFY(file->commit().ok());
        }
        QCOMPARE(get("file"), QByteArray("newer!"));
        QCOMPARE(names(), QStringList{QStringLiteral("file")});
    }

    void aReservedLengthIsNotTheFilesLength() {
        auto file = AtomicFile::create(path("file"), 1 << 20);
        QVERIFY(file.ok() && file->append(bytes("short")).ok() && file->commit().ok());
        QCOMPARE(get("file"), QByteArray("short"));
    }

    void withoutCommitNothingStays() {
        {
            auto file = AtomicFile::create(path("file"), 0);
            QVERIFY(file.ok() && file->append(bytes("half")).ok());
            AtomicFile moved = std::move(*file);
            QVERIFY(moved.append(bytes("way")).ok());
            QCOMPARE(get("file.part"), QByteArray("halfway"));
        }
        QVERIFY(names().isEmpty());
    }

    void aLeftoverPartIsOverwritten() {
        put("file.part", "left behind by a crash, and longer");
        auto file = AtomicFile::create(path("file"), 0);
        QVERIFY(file.ok() && file->append(bytes("x")).ok() && file->commit().ok());
        QCOMPARE(get("file"), QByteArray("x"));
    }

    void saysWhyItCannotWrite() {
        const auto missing = AtomicFile::create(path("no/file"), 0);
        QVERIFY(!missing.ok() && missing.error().code == ErrorCode::not_found);
        QVERIFY(QDir(folder_.path()).mkdir(QStringLiteral("folder")));
        const auto folder = AtomicFile::create(path("folder"), 0);
        QVERIFY(!folder.ok() && folder.error().code == ErrorCode::io);
        const auto absurd = AtomicFile::create(path("file"), uint64_t{1} << 62); // more than any disk has
        QVERIFY(absurd.ok() || absurd.error().code == ErrorCode::disk_full ||
                absurd.error().code == ErrorCode::io);
        if (!absurd.ok()) QCOMPARE(names(), QStringList{QStringLiteral("folder")});
    }

    void aFullDiskHasItsOwnCode() {
        if (!QFile::exists(QStringLiteral("/dev/full"))) QSKIP("this system has no /dev/full");
        QCOMPARE(symlink("/dev/full", path("file.part").c_str()), 0);
        {
            auto file = AtomicFile::create(path("file"), 0);
            QVERIFY(file.ok());
            const auto written = file->append(bytes("x"));
            QVERIFY(!written.ok() && written.error().code == ErrorCode::disk_full &&
                    !written.error().hint.empty());
        }
        QVERIFY(names().isEmpty());
    }
};

QTEST_APPLESS_MAIN(FilesTest)
#include "files_test.moc"
