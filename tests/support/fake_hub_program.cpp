// A FakeHub to try by hand: `fake_hub_program [FOLDER]` serves the files of FOLDER/owner/name as that
// repository, or a few of its own, and prints its address.
#include <QCoreApplication>
#include <QDirIterator>
#include <QFile>
#include <QTextStream>

#include "tests/support/fake_hub.h"

int main(int argc, char** argv) {
    QCoreApplication application(argc, argv);
    tests::FakeHub hub;
    const QString owned = QStringLiteral("owner/small-GGUF");
    hub.addFile(owned, QStringLiteral("README.md"),
                "---\nlicense: apache-2.0\n---\n# Small\n\nA model of nothing.\n", true);
    hub.addFile(owned, QStringLiteral("small-Q4_K_M.gguf"), tests::pattern(3'000'001));
    hub.addFile(owned, QStringLiteral("Q8_0/small-Q8_0-00001-of-00002.gguf"), tests::pattern(1'000'000, 2));
    hub.addFile(owned, QStringLiteral("Q8_0/small-Q8_0-00002-of-00002.gguf"), tests::pattern(500'000, 3));
    if (argc > 1) {
        const QDir folder(QString::fromLocal8Bit(argv[1]));
        QDirIterator files(folder.path(), QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            QFile file(files.next());
            const QString path = folder.relativeFilePath(file.fileName());
            if (!file.open(QIODevice::ReadOnly) || path.count(QLatin1Char('/')) < 2) continue;
            const QByteArray content = file.readAll();
            hub.addFile(path.section(QLatin1Char('/'), 0, 1), path.section(QLatin1Char('/'), 2), content,
                        content.size() < 1'000'000);
        }
    }
    QTextStream(stdout) << hub.endpoint() << Qt::endl;
    return application.exec();
}
