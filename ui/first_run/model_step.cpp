// The card of the model and the button below it.
#include "ui/first_run/model_step.h"

#include <QHBoxLayout>
#include <QLabel>

#include "ui/first_run/model_summary.h"
#include "ui/models/downloads/download_words.h"
#include "ui/models/fit/model_words.h"
#include "ui/models/recommended/find_bar.h"
#include "ui/models/recommended/recommended_row.h"
#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/button.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/panel.h"
#include "ui/widgets/text_label.h"

namespace ui::first_run {

namespace metrics = theme::metrics;
using app::downloads::Alternative;
using app::downloads::DownloadStatus;
using app::downloads::Recommendation;
using app::downloads::Recommendations;
using theme::TextRole;
using widgets::MutedLabel;
using widgets::TextLabel;

namespace {

constexpr int kCardWidth = 620;

} // namespace

ModelStep::ModelStep(app::application::Application& application, QWidget* parent)
    : QWidget(parent), m_application(application), m_none(new TextLabel(TextRole::Body, this)) {
    auto* find = new models::FindBar(application.recommendations(), this);
    find->setMaximumWidth(kCardWidth);
    m_none->setText(
        tr("None of them fits this computer well. The built-in model runs everywhere, and the "
           "models page has more to choose from."));
    m_none->setWordWrap(true);
    m_none->setMaximumWidth(kCardWidth);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(metrics::kSpace4);
    layout->addWidget(find);
    layout->addWidget(m_none);
    layout->addWidget(buildCard());
    layout->addStretch(1);
    connect(&application.recommendations(), &Recommendations::changed, this, &ModelStep::refresh);
    connect(&application.library(), &app::library::Library::scanned, this, &ModelStep::refresh);
    connect(&application.downloads(), &app::downloads::DownloadManager::changed, this,
            &ModelStep::showDownload);
    refresh();
}

QWidget* ModelStep::buildCard() {
    m_card = new widgets::Card(this);
    m_card->setObjectName(QStringLiteral("recommendedModel"));
    m_card->setMaximumWidth(kCardWidth);
    m_summary = new ModelSummary(m_card);
    m_where = new widgets::ElidedLabel(QString(), m_card);
    m_where->setElideMode(Qt::ElideMiddle);
    m_where->setFont(theme::font(TextRole::Small));
    m_where->setToken(theme::Token::Muted);
    m_download = new widgets::Button(tr("Download in the background"), m_card, theme::Variant::Primary,
                                     theme::Icon::Download);
    m_download->setObjectName(QStringLiteral("firstRunDownload"));
    m_progress = new MutedLabel(TextRole::Small, m_card);
    m_progress->setWordWrap(true);
    m_progress->setObjectName(QStringLiteral("firstRunProgress"));
    connect(m_download, &QAbstractButton::clicked, this, &ModelStep::download);
    auto* foot = new QHBoxLayout;
    foot->setSpacing(metrics::kSpace3);
    foot->addWidget(m_download);
    foot->addWidget(m_progress, 1);
    auto* column = new QVBoxLayout(m_card);
    column->setSpacing(metrics::kSpace2);
    column->addWidget(m_summary);
    column->addWidget(m_where);
    column->addSpacing(metrics::kSpace2);
    column->addLayout(foot);
    m_line = new widgets::Separator(Qt::Horizontal, m_card);
    m_others = new QVBoxLayout;
    m_others->setSpacing(0);
    column->addSpacing(metrics::kSpace2);
    column->addWidget(m_line);
    column->addWidget(m_head = new models::RecommendedHead(m_card));
    column->addLayout(m_others);
    return m_card;
}

// What is being downloaded stays in view, whatever is found besides.
void ModelStep::refresh() {
    const Recommendations& all = m_application.recommendations();
    if (m_wanted && !all.searching()) {
        m_wanted = false;
        const Recommendation* model = all.find(m_repo);
        if (model != nullptr && !model->estimate && model->plan.fits()) return download();
    }
    const Recommendation* shown = m_downloadId.isEmpty() ? all.find(m_picked) : all.find(m_repo);
    if (shown == nullptr) shown = all.best();
    m_card->setVisible(shown != nullptr);
    m_none->setVisible(shown == nullptr && !all.searching() && !all.models().isEmpty());
    if (shown == nullptr) return Q_EMIT offerChanged();
    showModel(*shown);
    showOthers();
    Q_EMIT offerChanged();
}

// Rows keep their places while their models change, and with them the focus.
void ModelStep::showOthers() {
    const Recommendations& all = m_application.recommendations();
    QList<QPair<QString, QString>> others; // what it is, repository
    if (const Recommendation* best = all.best()) others.append({tr("Recommended: %1"), best->repo});
    for (const Alternative& other : all.alternatives())
        others.append({other.kind == Alternative::Kind::faster     ? tr("Faster: %1")
                       : other.kind == Alternative::Kind::stronger ? tr("Stronger: %1")
                                                                   : tr("Smaller download: %1"),
                       other.repo});
    others.removeIf([&](const auto& other) { return other.second == m_repo || !m_downloadId.isEmpty(); });
    while (m_rows.size() < others.size()) {
        auto* row = new models::RecommendedRow(m_card);
        connect(row, &QAbstractButton::clicked, this, [this, row] {
            m_picked = row->model().repo;
            refresh();
        });
        m_others->addWidget(row);
        m_rows.append(row);
    }
    m_line->setVisible(!others.isEmpty());
    m_head->setVisible(!others.isEmpty());
    while (m_rows.size() > others.size())
        m_rows.takeLast()->deleteLater();
    for (qsizetype i = 0; i < m_rows.size(); ++i) {
        const auto& [what, repo] = others[i];
        m_rows[i]->setModel(what.arg(all.known(repo)->name), *all.find(repo));
        m_rows[i]->setToolTip(QString());
    }
}

void ModelStep::showModel(const Recommendation& model) {
    m_repo = model.repo;
    const Recommendations& all = m_application.recommendations();
    m_summary->setModel(model, all.known(model.repo), &model == all.best());
    const QString folder = m_application.hubSettings().folderOf(model.repo);
    const qint64 free = m_application.library().report(m_application.library().modelsFolder()).freeBytes;
    m_where->setText(free > 0 ? tr("Goes to %1 (%2 free)").arg(folder, models::bytesText(free))
                              : tr("Goes to %1").arg(folder));
    m_download->setAccessibleName(tr("Download %1, %2, in the background")
                                      .arg(m_summary->name(), models::bytesText(model.variant.bytes)));
    m_download->setVisible(m_downloadId.isEmpty());
}

bool ModelStep::offersDownload() const {
    return m_card->isVisibleTo(this) && m_downloadId.isEmpty();
}

// An estimate knows no files: the hub is asked for this one model first.
void ModelStep::download() {
    const Recommendation* model = m_application.recommendations().find(m_repo);
    if (model == nullptr || m_application.recommendations().searching()) return;
    if (model->estimate) {
        m_wanted = true;
        return m_application.recommendations().search({m_repo});
    }
    m_downloadId = m_application.hubSettings().download(model->repo, model->revision, model->variant);
    refresh();
    if (const DownloadStatus* status = m_application.downloads().find(m_downloadId)) showDownload(*status);
}

void ModelStep::showDownload(const DownloadStatus& status) {
    if (status.id != m_downloadId) return;
    m_progress->setText(status.active() ? models::progressText(status) + QLatin1Char('\n') +
                                              tr("It goes on in the background; the models page shows it.")
                                        : models::progressText(status));
}

} // namespace ui::first_run
