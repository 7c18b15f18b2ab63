// Output: what the commands write, and how they fail. Results go to standard output, all else to standard
// error.
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QString>

namespace app::cli {

inline constexpr int kFailure = 1;
inline constexpr int kBadUsage = 2;

// Bytes as they are, flushed, so that a reader sees a reply while it grows.
void writeOut(const QByteArray& bytes);
void writeErr(const QByteArray& bytes);
// Names out of files and off the net cannot give a terminal orders, which begin with a control character:
// these become '?', but for ends of lines and tabs.
QString withoutControl(QString text);
void writeText(const QString& text);
void writeJson(const QJsonObject& object); // one line
bool outIsTerminal();
bool errIsTerminal();

QString bytesText(qint64 bytes); // "4.7 GB"

int fail(const QString& message);     // one line; returns kFailure
int badUsage(const QString& message); // one line; returns kBadUsage

// Bytes of a file, or nullopt with `error` set; "-" is standard input.
std::optional<QByteArray> readFile(const QString& path, QString* error);

// A line on standard error that grows in place while a terminal watches; nothing otherwise.
class ProgressLine {
 public:
    explicit ProgressLine(QString label) : m_label(std::move(label)) {}
    ~ProgressLine();
    void show(qint64 done, qint64 total);
    void showText(const QString& text);
    void clear();

 private:
    QString m_label;
    QString m_text;
    int m_percent = -1;
    bool m_visible = false;
};

} // namespace app::cli
