// The rules of three systems at once, so that a models folder can move between them.
#include "app/downloads/safe_path.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QHash>
#include <QRegularExpression>

namespace app::downloads {

namespace {

// 255 bytes is the limit of file systems; ".part" must fit as well.
constexpr qsizetype kLongestName = 240;
constexpr qsizetype kLongestPath = 1024;
constexpr qsizetype kDeepest = 16;

QString tr(const char* text) {
    return QCoreApplication::translate("Downloads", text);
}

// A message may go to a terminal.
QString printable(QString text) {
    for (QChar& c : text)
        if (!c.isPrint()) c = QLatin1Char('?');
    return text;
}

bool isReserved(const QString& name) {
    static const QRegularExpression kDevices(
        QStringLiteral("^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\\$|conout\\$)(\\..*)?$"),
        QRegularExpression::CaseInsensitiveOption);
    return kDevices.match(name).hasMatch();
}

QString whyBadName(const QString& name) {
    if (name.isEmpty()) return tr("it has an empty part");
    if (name == QLatin1String(".") || name == QLatin1String("..")) return tr("it climbs out of the folder");
    if (name.toUtf8().size() > kLongestName) return tr("a part of it is too long");
    if (name.endsWith(QLatin1Char('.')) || name.endsWith(QLatin1Char(' ')) ||
        name.startsWith(QLatin1Char(' ')))
        return tr("a part of it begins or ends with a space or ends with a dot");
    for (const QChar c : name) {
        if (c.unicode() < 0x20 || c.unicode() == 0x7f || c.category() == QChar::Other_Format ||
            c.isSurrogate())
            return tr("it holds a character that cannot be seen");
        if (QStringLiteral("\\:*?\"<>|").contains(c)) return tr("it holds the character %1").arg(c);
    }
    if (name.endsWith(QLatin1String(".part"), Qt::CaseInsensitive))
        return tr("it ends like an unfinished download");
    if (isReserved(name)) return tr("%1 is the name of a device").arg(name);
    return {};
}

} // namespace

QString whyUnsafe(const QString& relativePath) {
    QString why;
    const QStringList parts = relativePath.split(QLatin1Char('/'));
    if (relativePath.startsWith(QLatin1Char('/'))) {
        why = tr("it begins at the root of the disk");
    } else if (relativePath.toUtf8().size() > kLongestPath || parts.size() > kDeepest) {
        why = tr("it is too long");
    } else {
        for (const QString& part : parts)
            if (why.isEmpty()) why = whyBadName(part);
    }
    if (why.isEmpty()) return {};
    return tr("The file name \"%1\" is not safe: %2.").arg(printable(relativePath.left(80)), why);
}

QString whyUnsafe(const QStringList& relativePaths) {
    QHash<QString, QString> seen; // as a system sees it that knows no case -> as it is written
    for (const QString& path : relativePaths) {
        if (const QString why = whyUnsafe(path); !why.isEmpty()) return why;
        QString folder;
        for (const QString& part : path.split(QLatin1Char('/'))) {
            folder += QLatin1Char('/') + part;
            const QString folded = folder.normalized(QString::NormalizationForm_KC).toCaseFolded();
            const auto known = seen.constFind(folded);
            const bool whole = folder.size() == path.size() + 1;
            if (known != seen.constEnd() && (*known != folder || whole))
                return tr("The file names \"%1\" and \"%2\" cannot stand side by side.")
                    .arg(known->mid(1), path);
            seen.insert(folded, folder);
        }
    }
    return {};
}

bool isRepositoryName(const QString& name) {
    static const QRegularExpression kName(
        QStringLiteral("^([A-Za-z0-9][\\w.-]{0,95}/)?[A-Za-z0-9_][\\w.-]{0,95}$"));
    return kName.match(name).hasMatch() && !name.contains(QLatin1String("..")) && whyUnsafe(name).isEmpty();
}

storage::Outcome<QString> makePathBelow(const QString& root, const QString& relativePath) {
    using storage::Failure;
    if (const QString why = whyUnsafe(relativePath); !why.isEmpty())
        return Failure{Failure::Kind::invalid, why};
    if (!QDir().mkpath(root))
        return Failure{Failure::Kind::readOnly, tr("The folder %1 cannot be made.").arg(root)};
    QString path = QDir(root).absolutePath();
    const QStringList parts = relativePath.split(QLatin1Char('/'));
    for (qsizetype i = 0; i < parts.size(); ++i) {
        path += QLatin1Char('/') + parts[i];
        const QFileInfo there(path);
        if (there.isSymLink())
            return Failure{Failure::Kind::invalid, tr("%1 is a link to another place.").arg(path)};
        if (i + 1 == parts.size() || there.isDir()) continue;
        if (!QDir().mkdir(path) && !QFileInfo(path).isDir())
            return Failure{Failure::Kind::readOnly, tr("The folder %1 cannot be made.").arg(path)};
    }
    return path;
}

} // namespace app::downloads
