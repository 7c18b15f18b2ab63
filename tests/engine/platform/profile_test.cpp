// Disks and huge pages of described machines; the profile of this one.
#include "engine/platform/disks.h"
#include "engine/platform/huge_pages.h"
#include "tests/engine/platform/fake_root.h"

using namespace engine;
using namespace engine::platform;

namespace {
// Mounts that really have the folder below them, whatever this machine mounts there.
Disk disk_of(const FakeRoot& root, const std::string& folder) {
    const auto disks = disks_of({folder}, root.path());
    return disks.empty() ? Disk{} : disks.front();
}
} // namespace

class ProfileTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void hugePages() {
        FakeRoot root;
        QCOMPARE(huge_pages(root.path()).bytes, int64_t{0});
        const QString mode = QStringLiteral("sys/kernel/mm/transparent_hugepage/enabled");
        root.write(mode, "always [madvise] never");
        QVERIFY(huge_pages(root.path()).transparent);
        QCOMPARE(huge_pages(root.path()).bytes, int64_t{2} << 20);
        root.write(QStringLiteral("sys/kernel/mm/transparent_hugepage/hpage_pmd_size"), "33554432");
        QCOMPARE(huge_pages(root.path()).bytes, int64_t{32} << 20);
        root.write(mode, "always madvise [never]");
        QVERIFY(!huge_pages(root.path()).transparent);
        QCOMPARE(huge_pages(root.path()).bytes, int64_t{0});
        root.write(QStringLiteral("proc/meminfo"), "HugePages_Free:       3\nHugepagesize:    1048576 kB\n");
        QCOMPARE(huge_pages(root.path()).bytes, int64_t{1} << 30);
    }

    void theDeepestAndLastMountHolds() {
        QTemporaryDir folder;
        const std::string path = folder.path().toStdString();
        FakeRoot root;
        root.write(QStringLiteral("proc/self/mountinfo"),
                   "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
                   "2 1 8:17 / " +
                       folder.path().toUtf8() +
                       " rw shared:1 master:2 - xfs /dev/sdb1 rw\n"
                       "nonsense\n9 9\n"
                       "3 1 0:50 / " +
                       folder.path().toUtf8() + "other rw - nfs4 server:/a rw\n");
        root.write(QStringLiteral("sys/dev/block/8:17/../queue/rotational"), "1");
        const Disk disk = disk_of(root, path + "/not/there/yet");
        QCOMPARE(disk.mount, path);
        QCOMPARE(disk.file_system, std::string("xfs"));
        QVERIFY(!disk.remote);
        QVERIFY(disk.bytes > 0 && disk.free_bytes > 0 && disk.free_bytes <= disk.bytes);
        QCOMPARE(disk_of(root, "/").file_system, std::string("ext4"));
        QCOMPARE(disks_of({path, path + "/a", "/"}, root.path()).size(), size_t{2});
    }

    void namesWithSpaces() {
        QTemporaryDir folder;
        QVERIFY(QDir(folder.path()).mkdir(QStringLiteral("my models")));
        FakeRoot root;
        root.write(QStringLiteral("proc/self/mountinfo"),
                   "2 1 0:50 / " + folder.path().toUtf8() + "/my\\040models rw - fuse.sshfs me@host: rw");
        const Disk disk = disk_of(root, folder.path().toStdString() + "/my models");
        QCOMPARE(disk.mount, folder.path().toStdString() + "/my models");
        QVERIFY(disk.remote);
    }

    void kinds_data() {
        QTest::addColumn<QByteArray>("fileSystem");
        QTest::addColumn<bool>("remote");
        for (const char* name : {"nfs", "nfs4", "cifs", "smb3", "9p", "ceph", "fuse.sshfs", "fuse.rclone"})
            QTest::newRow(name) << QByteArray(name) << true;
        for (const char* name : {"ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "ntfs3", "fuseblk"})
            QTest::newRow(name) << QByteArray(name) << false;
    }
    void kinds() {
        QFETCH(QByteArray, fileSystem);
        QFETCH(bool, remote);
        FakeRoot root;
        root.write(QStringLiteral("proc/self/mountinfo"), "1 0 0:30 / / rw - " + fileSystem + " /dev/sdb rw");
        root.write(QStringLiteral("sys/class/block/sdb/queue/rotational"), "1");
        const Disk disk = disk_of(root, "/");
        QCOMPARE(disk.remote, remote);
        QVERIFY(disk.rotational); // found by its source: the device number says nothing
        root.write(QStringLiteral("proc/self/mountinfo"), "1 0 0:30 / / rw - " + fileSystem + " /dev/vdb rw");
        root.write(QStringLiteral("sys/class/block/vdb/queue/rotational"), "1");
        QVERIFY(!disk_of(root, "/").rotational);
    }

    void thisMachine() {
        const MachineProfile profile = take_profile({"", {"/no/driver.so", "/no/driver.so"}, {"/"}});
        QVERIFY(profile.gpus.empty() && !profile.gpu_note.empty());
        QCOMPARE(profile.disks.size(), size_t{1});
        QCOMPARE(profile.disks[0].mount, std::string("/"));
        QVERIFY(profile.program_bytes > 1 << 20);
        QVERIFY(!profile.calibration);
        QVERIFY(take_profile({"", {"", ""}, {}}).gpus.empty());
    }
};

QTEST_APPLESS_MAIN(ProfileTest)
#include "profile_test.moc"
