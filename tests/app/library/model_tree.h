// ModelTree: a folder of make-believe models, laid out as programs do.
#pragma once

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

namespace tests {

class ModelTree {
 public:
    QString path(const QString& relative = {}) const {
        return relative.isEmpty() ? m_folder.path() : m_folder.filePath(relative);
    }

    // Makes the folders on the way; returns the path.
    QString file(const QString& relative, const QByteArray& content = "GGUF") const {
        const QString whole = path(relative);
        QDir().mkpath(QFileInfo(whole).absolutePath());
        QFile file(whole);
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("no file %s", qPrintable(whole));
        return whole;
    }
    QString folder(const QString& relative) const {
        QDir().mkpath(path(relative));
        return path(relative);
    }
    void link(const QString& target, const QString& relative) const {
        QDir().mkpath(QFileInfo(path(relative)).absolutePath());
        if (!QFile::link(target, path(relative))) qFatal("no link %s", qPrintable(relative));
    }

    // Hugging Face's cache: a blob under its hash and a link in a snapshot.
    QString hubFile(const QString& root, const QString& repository, const QString& name,
                    const QByteArray& content, const QString& revision = QStringLiteral("abc123")) const {
        const QString base = root + QStringLiteral("/models--") +
                             QString(repository).replace(QLatin1Char('/'), QStringLiteral("--"));
        const QString hash = sha256(content);
        file(base + QStringLiteral("/blobs/") + hash, content);
        const QString snapshot = base + QStringLiteral("/snapshots/") + revision + QLatin1Char('/') + name;
        link(QStringLiteral("../../blobs/") + hash, snapshot);
        return path(snapshot);
    }

    // Ollama's store: blobs and a manifest. Returns the path of the model's blob.
    QString ollamaModel(const QString& root, const QString& manifest, const QByteArray& model,
                        const QByteArray& adapter = {}) const {
        QJsonArray layers;
        const auto layer = [&](const char* kind, const QByteArray& content) {
            file(root + QStringLiteral("/blobs/sha256-") + sha256(content), content);
            layers.append(QJsonObject{{QStringLiteral("mediaType"),
                                       QStringLiteral("application/vnd.ollama.image.") + QLatin1String(kind)},
                                      {QStringLiteral("digest"), QStringLiteral("sha256:") + sha256(content)},
                                      {QStringLiteral("size"), static_cast<qint64>(content.size())}});
        };
        layer("model", model);
        layer("template", "{{ .Prompt }}");
        if (!adapter.isEmpty()) layer("adapter", adapter);
        file(root + QStringLiteral("/manifests/") + manifest,
             QJsonDocument(
                 QJsonObject{{QStringLiteral("schemaVersion"), 2}, {QStringLiteral("layers"), layers}})
                 .toJson());
        return path(root + QStringLiteral("/blobs/sha256-") + sha256(model));
    }

    static QString sha256(const QByteArray& content) {
        return QString::fromLatin1(QCryptographicHash::hash(content, QCryptographicHash::Sha256).toHex());
    }

 private:
    QTemporaryDir m_folder;
};

} // namespace tests
