// A process that is killed while it takes in a file: tells when it has begun to copy.
#include <QCoreApplication>
#include <QTextStream>

#include "app/library/importer.h"

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    using namespace app::library;
    Importer importer;
    QObject::connect(&importer, &Importer::progressed, &importer,
                     [](qint64 done) { QTextStream(stdout) << done << '\n'; });
    QObject::connect(&importer, &Importer::finished, &importer, &QCoreApplication::quit);
    importer.start(
        {{QString::fromLocal8Bit(argv[1])}, ImportRequest::Mode::copy, QString::fromLocal8Bit(argv[2])});
    return QCoreApplication::exec();
}
