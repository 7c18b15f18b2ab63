// DownloadFixture: a fake hub, a folder, a manager with small times, and what became of a download.
#pragma once

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <memory>

#include "app/downloads/download_manager.h"
#include "app/downloads/repo_variant.h"
#include "tests/support/fake_hub.h"

namespace tests {

inline const QString kRepo = QStringLiteral("owner/model-GGUF");
inline const QString kFile = QStringLiteral("model-Q4_K_M.gguf");

inline app::downloads::Tuning smallTuning() {
    app::downloads::Tuning tuning;
    tuning.smallestSegment = 64 * 1024;
    tuning.bufferBytes = 64 * 1024;
    tuning.stalledAfterMs = 150;
    tuning.abandonAfterMs = 1000;
    tuning.firstRetryMs = 20;
    tuning.longestRetryMs = 100;
    tuning.attempts = 4;
    tuning.checkpointMs = 20;
    tuning.publishMs = 10;
    return tuning;
}

// The spec of one file as the hub lists it.
inline app::downloads::RepoFile listed(const QString& path, const QByteArray& content) {
    return {path,
            content.size(),
            QString::fromLatin1(QCryptographicHash::hash(content, QCryptographicHash::Sha256).toHex()),
            {}};
}

struct DownloadFixture {
    using State = app::downloads::DownloadState;
    using Kind = app::downloads::Problem::Kind;

    QByteArray content = pattern(600'001);
    QTemporaryDir folder;
    FakeHub hub;
    app::downloads::Tuning tuning = smallTuning();
    std::unique_ptr<app::downloads::DownloadManager> manager;
    app::downloads::DownloadSpec spec;
    QString id;
    QList<State> states; // each change

    DownloadFixture() {
        hub.addFile(kRepo, kFile, content);
        spec = {kRepo,
                QStringLiteral("main"),
                QStringLiteral("Q4_K_M"),
                models() + QLatin1Char('/') + kRepo,
                {listed(kFile, content)}};
    }
    QString models() const { return folder.filePath(QStringLiteral("models")); }
    QString path() const { return spec.path(); }
    QString part() const { return path() + QStringLiteral(".part"); }

    void open() {
        manager = std::make_unique<app::downloads::DownloadManager>(
            folder.filePath(QStringLiteral("records")), tuning);
        manager->setAccess({hub.endpoint(), {}});
        QObject::connect(manager.get(), &app::downloads::DownloadManager::changed, manager.get(),
                         [this](const app::downloads::DownloadStatus& status) {
                             if (status.id == id && (states.isEmpty() || states.last() != status.state))
                                 states.append(status.state);
                         });
    }
    void start() {
        if (!manager) open();
        id = spec.id();
        manager->add(spec);
    }
    // Begins slowly, so that it is met on the way; false: so many bytes did not come.
    bool isOnTheWay(qint64 received, qint64 bytesPerSecond = 400'000) {
        if (!manager) open();
        manager->setSpeedLimit(bytesPerSecond);
        start();
        return receives(received);
    }
    bool pause() {
        manager->pause(id);
        return reaches(State::paused);
    }
    void resumeAtFullSpeed() {
        manager->setSpeedLimit(0);
        manager->resume(id);
    }
    app::downloads::DownloadStatus status() const {
        const auto* found = manager->find(id);
        return found ? *found : app::downloads::DownloadStatus();
    }
    bool reaches(State state, int ms = 20'000) {
        return QTest::qWaitFor([&] { return manager->find(id) && status().state == state; }, ms);
    }
    bool receives(qint64 bytes) {
        return QTest::qWaitFor([&] { return manager->find(id) && status().received >= bytes; }, 20'000);
    }
    static QByteArray read(const QString& path) {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    bool isWhole() const { return read(path()) == content && !QFile::exists(part()); }
    QString why() const { return status().problem.text + QLatin1Char('|') + status().problem.hint; }
};

} // namespace tests
