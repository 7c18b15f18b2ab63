// The load dialog.
#include "ui/models/load/load_dialog.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include "ui/models/load/device_bars.h"
#include "ui/models/load/load_form.h"
#include "ui/models/load/plan_texts.h"
#include "ui/models/load/verdict_line.h"
#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/button.h"
#include "ui/widgets/panel.h"

namespace ui::models {

using app::bridge::LoadOptions;
using app::bridge::ModelInfo;
using app::bridge::ModelPlan;
using app::bridge::PlanQuery;

namespace {

constexpr int kChannel = 1; // of the planner: this dialog's own
constexpr int kWidth = 848;

PlanQuery queryOf(const QString& path, const LoadOptions& options) {
    PlanQuery query;
    query.path = path;
    query.contextSize = options.contextSize;
    query.kvPrecision = options.kvPrecision;
    query.quantize = options.quantize;
    query.gpuLayers = options.gpuLayers;
    query.cpuExpertLayers = options.cpuExpertLayers;
    query.threads = options.threads;
    query.guardrail = options.guardrail;
    return query;
}

} // namespace

LoadDialog::LoadDialog(app::bridge::Planner& planner, app::bridge::EngineHost& host, QWidget* parent)
    : FramedDialog(parent),
      m_planner(planner),
      m_host(host),
      m_suggestion(new QLabel(this)),
      m_verdict(new VerdictLine(this)),
      m_bars(new DeviceBars(this)),
      m_form(new LoadForm(this)) {
    setObjectName(QStringLiteral("loadDialog"));
    m_bars->setMinimumWidth(kWidth - 50); // the layout fixes the size to what its parts want
    m_suggestion->setObjectName(QStringLiteral("loadSuggestion"));
    m_suggestion->setWordWrap(true);
    m_suggestion->setFont(theme::font(theme::TextRole::Small));
    m_suggestion->setForegroundRole(QPalette::PlaceholderText);

    auto* body = new QVBoxLayout;
    body->setContentsMargins(24, 12, 24, 12);
    body->setSpacing(theme::metrics::kSpace3);
    body->addWidget(m_verdict);
    body->addWidget(m_suggestion);
    body->addWidget(m_bars);
    auto* settings = new QVBoxLayout;
    settings->setContentsMargins(24, 12, 24, 12);
    settings->addWidget(m_form);
    column()->setSizeConstraint(QLayout::SetFixedSize);
    column()->addLayout(body);
    column()->addWidget(new widgets::Separator(Qt::Horizontal, this));
    column()->addLayout(settings);
    buildFoot();
    connectParts();
}

void LoadDialog::buildFoot() {
    QHBoxLayout* row = addFoot();
    m_save = new QCheckBox(tr("Save as default for this model"), this);
    m_save->setObjectName(QStringLiteral("saveAsDefault"));
    auto* cancel = new widgets::Button(tr("Cancel"), this);
    cancel->setMinimumWidth(88);
    cancel->setAutoDefault(false);
    m_load = new widgets::Button(tr("Load"), this, theme::Variant::Primary);
    m_load->setObjectName(QStringLiteral("loadButton"));
    m_load->setMinimumWidth(104);
    m_load->setDefault(true);
    row->addWidget(m_save, 1);
    row->addWidget(cancel);
    row->addWidget(m_load);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_load, &QPushButton::clicked, this, &LoadDialog::load);
}

void LoadDialog::connectParts() {
    connect(m_form, &LoadForm::changed, this, &LoadDialog::ask);
    connect(&m_planner, &app::bridge::Planner::planned, this, [this](quint64 number, const ModelPlan& plan) {
        if (number == m_asked && isVisible()) showPlan(plan);
    });
    connect(&m_planner, &app::bridge::Planner::failed, this,
            [this](quint64 number, const app::bridge::UserMessage& message) {
                if (number == m_asked && isVisible()) showProblem(message);
            });
    connect(&m_planner, &app::bridge::Planner::machineChanged, this, [this] {
        if (isVisible()) ask();
    });
    connect(&m_host, &app::bridge::EngineHost::inspected, this, [this](const ModelInfo& info) {
        if (info.path == m_path) showInfo(info);
    });
}

void LoadDialog::openFor(const QString& path, const QString& name, const LoadOptions& options) {
    m_path = path;
    m_answered = false;
    setHeading(tr("Load %1").arg(name));
    setFacts(QString());
    m_save->setChecked(false);
    m_form->setModel(0);
    m_form->setOptions(options);
    m_verdict->setVerdict(widgets::Tone::Neutral, theme::Icon::Info, tr("Reading the file…"), QString(),
                          QString());
    m_suggestion->hide();
    m_host.inspect(path);
    open();
    ask();
    m_load->setFocus(Qt::PopupFocusReason);
}

void LoadDialog::ask() {
    m_asked = m_planner.plan(queryOf(m_path, m_form->options()), kChannel);
}

void LoadDialog::showPlan(const ModelPlan& plan) {
    m_answered = true;
    const QString band = plan.speedBand > 0 && plan.generateTokensPerSecond > 0
                             ? tr("± %1 %").arg(qRound(100 * plan.speedBand))
                             : QString();
    m_verdict->setVerdict(verdictTone(plan.verdict), verdictIcon(plan.verdict), verdictWords(plan),
                          verdictReason(plan), band);
    m_verdict->setToolTip(plan.sentence);
    m_suggestion->setText(plan.suggestion);
    m_suggestion->setVisible(!plan.suggestion.isEmpty());
    m_bars->setDevices(plan.devices);
    m_form->setPlan(plan);
    m_over = !plan.fits() && plan.verdict != ModelPlan::Verdict::unknown;
    m_load->setText(m_over ? tr("Load anyway") : tr("Load"));
    m_load->setEnabled(plan.verdict != ModelPlan::Verdict::unknown);
}

void LoadDialog::showProblem(const app::bridge::UserMessage& message) {
    m_verdict->setVerdict(widgets::Tone::Bad, theme::Icon::Warn, message.title, message.text, QString());
    m_suggestion->setText(message.hint);
    m_suggestion->setVisible(!message.hint.isEmpty());
    m_load->setEnabled(false);
}

void LoadDialog::showInfo(const ModelInfo& info) {
    setHeading(tr("Load %1").arg(info.name));
    QStringList facts{info.quantization, sizeWords(info.fileBytes),
                      info.layers == 1 ? tr("1 layer") : tr("%1 layers").arg(info.layers)};
    if (info.isMixtureOfExperts())
        facts.append(tr("%1 experts per layer, %2 active").arg(info.experts).arg(info.expertsUsed));
    setFacts(facts.join(QStringLiteral(" · ")));
    m_form->setModel(info.trainedContext);
    m_form->setOptions(m_form->options());
    if (m_answered) ask(); // the marks again, on the new scale
}

void LoadDialog::load() {
    LoadOptions options = m_form->options();
    options.anyway = m_over;
    accept();
    Q_EMIT loadRequested(m_path, options, m_save->isChecked());
}

} // namespace ui::models
