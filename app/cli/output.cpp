// Writing for people and for programs.
#include "app/cli/output.h"

#include <unistd.h>

#include <QFile>
#include <QJsonDocument>
#include <QLocale>
#include <cstdio>

namespace app::cli {

namespace {
void write(std::FILE* to, const QByteArray& bytes) {
    std::fwrite(bytes.constData(), 1, static_cast<size_t>(bytes.size()), to);
    std::fflush(to);
}

int complain(const QString& message, int code) {
    QString line = message;
    line.replace(QLatin1Char('\n'), QLatin1Char(' '));
    writeErr("tandem-cli: " + withoutControl(line).toUtf8() + "\n");
    return code;
}
} // namespace

void writeOut(const QByteArray& bytes) {
    write(stdout, bytes);
}
void writeErr(const QByteArray& bytes) {
    write(stderr, bytes);
}

QString withoutControl(QString text) {
    for (QChar& c : text)
        if (c.category() == QChar::Other_Control && c != QLatin1Char('\n') && c != QLatin1Char('\t'))
            c = QLatin1Char('?');
    return text;
}

void writeText(const QString& text) {
    writeOut(withoutControl(text).toUtf8());
}

void writeJson(const QJsonObject& object) {
    writeOut(QJsonDocument(object).toJson(QJsonDocument::Compact) + "\n");
}

bool outIsTerminal() {
    return isatty(STDOUT_FILENO) != 0;
}
bool errIsTerminal() {
    return isatty(STDERR_FILENO) != 0;
}

QString bytesText(qint64 bytes) {
    return QLocale::c().formattedDataSize(bytes, 1, QLocale::DataSizeSIFormat);
}

int fail(const QString& message) {
    return complain(message, kFailure);
}
int badUsage(const QString& message) {
    return complain(message, kBadUsage);
}

std::optional<QByteArray> readFile(const QString& path, QString* error) {
    QFile file;
    bool open = false;
    if (path == QLatin1String("-")) {
        open = file.open(stdin, QIODevice::ReadOnly);
    } else {
        file.setFileName(path);
        open = file.open(QIODevice::ReadOnly);
    }
    if (open) {
        QByteArray bytes = file.readAll();
        if (file.error() == QFileDevice::NoError) return bytes;
    }
    *error = QStringLiteral("cannot read %1: %2").arg(path, file.errorString());
    return std::nullopt;
}

ProgressLine::~ProgressLine() {
    clear();
}

void ProgressLine::show(qint64 done, qint64 total) {
    if (!errIsTerminal() || total <= 0) return;
    const int percent = static_cast<int>(100 * done / total);
    if (percent == m_percent) return;
    m_percent = percent;
    m_visible = true;
    writeErr(QStringLiteral("\r%1 %2 %\x1b[K").arg(m_label).arg(percent).toUtf8());
}

void ProgressLine::showText(const QString& text) {
    if (!errIsTerminal() || text == m_text) return;
    m_text = text;
    m_visible = true;
    writeErr("\r" + text.toUtf8() + "\x1b[K");
}

void ProgressLine::clear() {
    if (m_visible) writeErr("\r\x1b[K");
    m_visible = false;
}

} // namespace app::cli
