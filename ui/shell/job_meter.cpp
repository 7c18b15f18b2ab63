// Words and painting of the meter.
#include "ui/shell/job_meter.h"

#include <QPainter>
#include <QStyle>
#include <algorithm>

#include "app/library/importer.h"
#include "app/library/shrinker.h"
#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/theme/style.h"

namespace ui::shell {

namespace metrics = theme::metrics;
using app::downloads::DownloadManager;
using app::downloads::DownloadState;
using app::downloads::DownloadStatus;
using theme::Token;

namespace {
constexpr int kBar = 64, kBarHeight = 5, kHeight = 20;
enum { kDownloads, kImport, kSmallerCopy };
} // namespace

QString JobMeter::Work::words(int percent) const {
    return stalled ? JobMeter::tr("%1 stalled").arg(name) : JobMeter::tr("%1 %2 %").arg(name).arg(percent);
}

int JobMeter::Work::percent() const {
    return total > 0 ? static_cast<int>(100 * qBound<qint64>(0, done, total) / total) : 0;
}

JobMeter::JobMeter(DownloadManager& downloads, app::library::Importer& importer,
                   app::library::Shrinker& shrinker, QWidget* parent)
    : QAbstractButton(parent), m_downloads(downloads) {
    setObjectName(QStringLiteral("jobMeter"));
    setFocusPolicy(Qt::TabFocus);
    setAttribute(Qt::WA_Hover);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setToolTip(tr("Show it on the models page"));
    follow(importer, kImport, tr("Import"));
    follow(shrinker, kSmallerCopy, tr("Smaller copy"));
    const auto* model = downloads.model();
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(model, signal, this, &JobMeter::takeDownloads);
    connect(model, &QAbstractItemModel::dataChanged, this, &JobMeter::takeDownloads);
    hide();
    takeDownloads();
}

template <typename Job>
void JobMeter::follow(Job& job, size_t at, const QString& name) {
    m_works[at].name = name;
    connect(&job, &Job::started, this, [this, at] {
        Work& work = m_works[at];
        work.done = work.total = 0;
        work.runs = true;
        refresh();
    });
    connect(&job, &Job::progressed, this, [this, at](qint64 done, qint64 total) {
        m_works[at].done = done;
        m_works[at].total = total;
        refresh();
    });
    connect(&job, &Job::finished, this, [this, at, &job] {
        m_works[at].runs = job.isAtWork();
        refresh();
    });
}

void JobMeter::takeDownloads() {
    Work& work = m_works[kDownloads];
    int active = 0, stalled = 0;
    work.done = work.total = 0;
    for (const DownloadStatus& status : m_downloads.model()->statuses()) {
        if (!status.active()) continue;
        ++active;
        stalled += status.state == DownloadState::stalled ? 1 : 0;
        work.done += status.received;
        work.total += status.total;
    }
    work.runs = active > 0;
    work.stalled = active > 0 && stalled == active; // while any of them goes on, all together do
    work.name = active == 1 ? tr("Download") : tr("%1 downloads").arg(active);
    refresh();
}

QString JobMeter::words(bool widest) const {
    QStringList parts;
    for (const Work& work : m_works)
        if (work.runs) parts.append(work.words(widest ? 100 : work.percent()));
    return parts.join(QStringLiteral(" · "));
}

// Bytes come ten times a second, per cent seldom: the line is laid out and painted for those alone.
void JobMeter::refresh() {
    const QString now = words(false);
    if (now == text()) return;
    setText(now);
    setAccessibleName(now);
    setVisible(!now.isEmpty());
    updateGeometry();
    update();
}

// Of the widest per cent, so that nothing moves at 9 and at 99.
QSize JobMeter::sizeHint() const {
    const QFontMetrics font(theme::font(theme::TextRole::Small));
    return {font.horizontalAdvance(words(true)) + kBar + 3 * metrics::kSpace2, kHeight};
}

void JobMeter::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const theme::Palette palette = theme::Palette::of(this);
    if (underMouse()) theme::paintRounded(&painter, rect(), metrics::kRadiusControl, palette[Token::Hover]);
    const auto first =
        std::find_if(m_works.begin(), m_works.end(), [](const Work& work) { return work.runs; });
    if (first == m_works.end()) return;
    const auto place = [this](const QRect& part) {
        return QStyle::visualRect(layoutDirection(), rect(), part);
    };
    const QRect words = rect().adjusted(metrics::kSpace2, 0, -kBar - 2 * metrics::kSpace2, 0);
    painter.setFont(theme::font(theme::TextRole::Small));
    painter.setPen(palette[first->stalled ? Token::Warn : Token::Muted]);
    painter.drawText(place(words), Qt::AlignVCenter | Qt::AlignRight, text());
    const QRectF bar =
        place(QRect(width() - kBar - metrics::kSpace2, (height() - kBarHeight) / 2, kBar, kBarHeight));
    theme::paintRounded(&painter, bar, kBarHeight / 2.0, palette[Token::Hover],
                        palette.tintsNeedEdge() ? palette[Token::Control] : QColor());
    QRectF filled = bar;
    filled.setWidth(qMax<qreal>(kBarHeight, bar.width() * first->percent() / 100));
    if (isRightToLeft()) filled.moveRight(bar.right());
    theme::paintRounded(&painter, filled, kBarHeight / 2.0,
                        palette[first->stalled ? Token::Warn : Token::Accent]);
}

} // namespace ui::shell
