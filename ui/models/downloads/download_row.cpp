// Five columns, 36 px high, and a line below them when there is something to say.
#include "ui/models/downloads/download_row.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QStyle>
#include <QVBoxLayout>

#include "ui/models/downloads/download_words.h"
#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/meter_bar.h"

namespace ui::models {

using app::downloads::DownloadState;
using app::downloads::DownloadStatus;
using theme::Icon;
using theme::Token;

namespace {

constexpr int kIconColumn = 32, kProblemLine = 20;

struct Look {
    Icon icon;
    Token ink; // of icon and bar
    Token words;
};

Look lookOf(const DownloadStatus& status) {
    switch (status.state) {
        case DownloadState::done:
            return {Icon::Check, Token::Ok, Token::Muted};
        case DownloadState::stalled:
            return {Icon::Warn, Token::Warn, Token::Warn};
        case DownloadState::failed:
            return {Icon::Close, Token::Bad, Token::Bad};
        case DownloadState::paused:
            return status.problem ? Look{Icon::Warn, Token::Warn, Token::Warn}
                                  : Look{Icon::Pause, Token::Control, Token::Muted};
        case DownloadState::queued:
            return {Icon::Download, Token::Control, Token::Muted};
        default:
            return {Icon::Download, Token::Accent, Token::Muted};
    }
}

} // namespace

DownloadRow::DownloadRow(const DownloadStatus& status, QWidget* parent)
    : QWidget(parent),
      m_name(new widgets::ElidedLabel(QString(), this)),
      m_bar(new widgets::MeterBar(tr("Progress"), this)),
      m_words(new widgets::ElidedLabel(QString(), this)),
      m_problem(new widgets::ElidedLabel(QString(), this)),
      m_action(new widgets::IconButton(Icon::Pause, tr("Pause"), this, widgets::IconButton::Size::Small)),
      m_cancel(new widgets::IconButton(Icon::Close, tr("Cancel"), this, widgets::IconButton::Size::Small)) {
    auto* row = new QHBoxLayout;
    row->setContentsMargins(0, 4, 0, 4);
    row->setSpacing(theme::metrics::kSpace3);
    const QFont small = theme::font(theme::TextRole::Small);
    m_name->setFont(small);
    m_name->setElideMode(Qt::ElideMiddle);
    m_words->setFont(small);
    m_problem->setFont(small);
    m_problem->setToken(Token::Muted);
    m_problem->setObjectName(QStringLiteral("downloadProblem"));
    m_bar->setFixedHeight(6);
    m_action->setObjectName(QStringLiteral("downloadAction"));
    m_cancel->setObjectName(QStringLiteral("downloadCancel"));
    row->addWidget(m_name, 26);
    row->addWidget(m_bar, 52);
    row->addWidget(m_words, 30);
    row->addWidget(m_action);
    row->addWidget(m_cancel);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16 + kIconColumn, 0, 16, 0);
    column->setSpacing(0);
    column->addLayout(row);
    column->addWidget(m_problem);
    column->addStretch(1);
    connect(m_action, &QAbstractButton::clicked, this, &DownloadRow::act);
    connect(m_cancel, &QAbstractButton::clicked, this, &DownloadRow::cancelRequested);
    setStatus(status);
}

void DownloadRow::setStatus(const DownloadStatus& status) {
    m_status = status;
    const Look look = lookOf(status);
    const QString name =
        QStringLiteral("%1 · %2").arg(status.repo.section(QLatin1Char('/'), -1), status.variant);
    const bool done = status.state == DownloadState::done;
    m_name->setText(name);
    m_bar->setToken(look.ink);
    m_bar->setFraction(done ? 1
                       : status.total > 0
                           ? static_cast<double>(status.received) / static_cast<double>(status.total)
                           : 0);
    m_words->setText(progressText(status));
    m_words->setToken(look.words);
    showProblem();
    showAction(name);
    m_cancel->setName(done ? tr("Take %1 out of this list").arg(name) : tr("Cancel and delete %1").arg(name));
    setAccessibleName(QStringLiteral("%1, %2").arg(name, progressText(status)));
    update();
}

void DownloadRow::showProblem() {
    const auto& problem = m_status.problem;
    m_problem->setText(problem ? (problem.text + QLatin1Char(' ') + problem.hint).trimmed() : QString());
    m_problem->setVisible(static_cast<bool>(problem));
    setFixedHeight(theme::metrics::kTableRowHeight + (problem ? kProblemLine : 0));
    for (QWidget* said : {static_cast<QWidget*>(this), static_cast<QWidget*>(m_action)})
        said->setAccessibleDescription(m_problem->text());
}

void DownloadRow::showAction(const QString& name) {
    if (m_status.state == DownloadState::done) {
        m_action->setGlyph(Icon::Folder);
        m_action->setName(tr("Show %1 in its folder").arg(name));
    } else if (m_status.state == DownloadState::paused) {
        m_action->setGlyph(Icon::Play);
        m_action->setName(tr("Resume %1").arg(name));
    } else if (m_status.state == DownloadState::failed) {
        m_action->setGlyph(Icon::Redo);
        m_action->setName(tr("Retry %1").arg(name));
    } else if (waits()) {
        m_action->setGlyph(Icon::Redo);
        m_action->setName(tr("Try %1 again now").arg(name));
    } else {
        m_action->setGlyph(Icon::Pause);
        m_action->setName(tr("Pause %1").arg(name));
    }
}

bool DownloadRow::waits() const {
    return m_status.state == DownloadState::stalled && m_status.nextTryMs >= 0;
}

void DownloadRow::act() {
    if (waits()) return resumeRequested();
    switch (m_status.state) {
        case DownloadState::done:
            Q_EMIT revealRequested();
            break;
        case DownloadState::paused:
        case DownloadState::failed:
            Q_EMIT resumeRequested();
            break;
        default:
            Q_EMIT pauseRequested();
    }
}

void DownloadRow::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Look look = lookOf(m_status);
    const int size = theme::metrics::kIconMedium;
    const QRect at(16, (theme::metrics::kTableRowHeight - size) / 2, size, size);
    theme::paintIcon(&painter, look.icon, QStyle::visualRect(layoutDirection(), rect(), at),
                     theme::Palette::of(this)[look.ink]);
}

} // namespace ui::models
