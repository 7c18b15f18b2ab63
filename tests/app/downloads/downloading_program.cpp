// Downloads one file from ENDPOINT into FOLDER and ends when it is done; it is there to be killed.
// Arguments: ENDPOINT FOLDER REPO PATH BYTES SHA256 BYTES_PER_SECOND. Says "RECEIVED" numbers on its output.
#include <QCoreApplication>
#include <cstdio>

#include "app/downloads/download_manager.h"

using namespace app::downloads;

int main(int argc, char** argv) {
    QCoreApplication application(argc, argv);
    const QStringList words = application.arguments();
    Tuning tuning;
    tuning.smallestSegment = 64 * 1024;
    tuning.bufferBytes = 64 * 1024;
    tuning.checkpointMs = 20;
    tuning.publishMs = 10;
    DownloadManager manager(words.at(2) + QStringLiteral("/records"), tuning);
    manager.setAccess({words.at(1), {}});
    manager.setSpeedLimit(words.at(7).toLongLong());
    QObject::connect(&manager, &DownloadManager::changed, &manager, [](const DownloadStatus& status) {
        std::printf("%lld\n", static_cast<long long>(status.received));
        std::fflush(stdout);
        if (status.state == DownloadState::done) QCoreApplication::exit(0);
        if (status.state == DownloadState::failed) QCoreApplication::exit(1);
    });
    manager.add({words.at(3),
                 QStringLiteral("main"),
                 QStringLiteral("Q4_K_M"),
                 words.at(2) + QStringLiteral("/models"),
                 {{words.at(4), words.at(5).toLongLong(), words.at(6), {}}}});
    return application.exec();
}
