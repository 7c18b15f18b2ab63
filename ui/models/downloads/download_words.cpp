// Wording.
#include "ui/models/downloads/download_words.h"

#include <QCoreApplication>

#include "ui/models/fit/model_words.h"

namespace ui::models {

using app::downloads::DownloadState;
using app::downloads::DownloadStatus;

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("DownloadWords", text);
}

// "3.1 of 4.9 GB": the unit once when it is the same.
QString amountText(qint64 received, qint64 total) {
    const QString all = bytesText(total);
    QString part = bytesText(received);
    const QString unit = all.section(QLatin1Char(' '), -1);
    if (part.endsWith(unit)) part = part.section(QLatin1Char(' '), 0, 0);
    return tr("%1 of %2").arg(part, all);
}

} // namespace

QString timeText(qint64 seconds) {
    if (seconds < 60) return tr("%1 s").arg(seconds);
    if (seconds < 3600) return tr("%1 min %2 s").arg(seconds / 60).arg(seconds % 60);
    return tr("%1 h %2 min").arg(seconds / 3600).arg(seconds / 60 % 60);
}

QString progressText(const DownloadStatus& status) {
    const QString amount = amountText(status.received, status.total);
    switch (status.state) {
        case DownloadState::queued:
            return tr("Waiting · %1").arg(bytesText(status.total));
        case DownloadState::connecting:
            return tr("Connecting…");
        case DownloadState::downloading: {
            QStringList parts{amount};
            if (status.bytesPerSecond > 0) parts.append(tr("%1/s").arg(bytesText(status.bytesPerSecond)));
            if (status.secondsLeft >= 0) parts.append(tr("%1 left").arg(timeText(status.secondsLeft)));
            return parts.join(QStringLiteral(" · "));
        }
        case DownloadState::stalled:
            if (status.nextTryMs < 0) return tr("Stalled at %1").arg(bytesText(status.received));
            return tr("%1 · next try in %2")
                .arg(status.problem ? status.problem.message().title
                                    : tr("Stalled at %1").arg(bytesText(status.received)),
                     timeText((status.nextTryMs + 999) / 1000));
        case DownloadState::paused:
            return status.problem ? tr("Paused at %1 · %2").arg(amount, status.problem.message().title)
                                  : tr("Paused at %1").arg(amount);
        case DownloadState::verifying:
            return tr("Verifying · %1").arg(bytesText(status.total));
        case DownloadState::failed:
            return status.problem.message().title;
        case DownloadState::done:
            break;
    }
    return tr("Done · %1 · checksum verified").arg(bytesText(status.total));
}

QString summaryText(const QList<DownloadStatus>& statuses) {
    int active = 0;
    qint64 speed = 0;
    for (const DownloadStatus& status : statuses) {
        active += status.active() ? 1 : 0;
        speed += status.bytesPerSecond;
    }
    if (active == 0) return statuses.isEmpty() ? tr("Nothing downloading.") : tr("none active");
    return speed > 0 ? tr("%1 active · %2/s").arg(active).arg(bytesText(speed)) : tr("%1 active").arg(active);
}

} // namespace ui::models
