// The rows of the form.
#include "ui/models/load/load_form.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>
#include <algorithm>
#include <iterator>

#include "ui/models/load/count_row.h"
#include "ui/models/load/plan_texts.h"
#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/button.h"
#include "ui/widgets/segmented.h"

namespace ui::models {

using app::bridge::LoadOptions;
using app::bridge::ModelPlan;
using app::bridge::PlanDevice;
using app::bridge::PlanQuery;
using Kv = PlanQuery::KvPrecision;

namespace {

constexpr int kLeastContext = 512;
constexpr qint64 kUnknownContext = 131'072; // offered where the model does not say

// As the form shows them.
using Quantize = PlanQuery::Quantize;
constexpr Quantize kQuantizers[] = {Quantize::automatic, Quantize::none, Quantize::q8_0, Quantize::q4_K_M};

int quantizeIndex(Quantize quantize) {
    return static_cast<int>(std::find(std::begin(kQuantizers), std::end(kQuantizers), quantize) -
                            std::begin(kQuantizers));
}

// What the plan made of the choice, where it was left to it.
QString quantizeWords(const ModelPlan& plan) {
    const QString what = plan.quantize.isEmpty() ? LoadForm::tr("as in the file") : plan.quantize;
    return plan.quantizeReason.isEmpty() ? what : what + QStringLiteral(": ") + plan.quantizeReason;
}

int kvIndex(Kv kv) {
    return kv == Kv::q8_0 ? 1 : kv == Kv::q4_0 ? 2 : 0;
}

} // namespace

LoadForm::LoadForm(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("loadForm"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    addPlacement(column);
    addNumbers(column);
    addChoices(column);
    addAdvanced(column);
    setModel(0);
    showRows();
}

bool LoadForm::isManual() const {
    return m_placement->current() == 1;
}

void LoadForm::addPlacement(QVBoxLayout* column) {
    m_placement = new widgets::Segmented(tr("Placement"), {tr("Automatic"), tr("Manual")}, this);
    m_placement->setObjectName(QStringLiteral("placement"));
    m_reset = new widgets::Button(tr("Reset to automatic"), this, theme::Variant::Flat, theme::Icon::Redo);
    m_reset->setObjectName(QStringLiteral("resetToAutomatic"));
    m_reset->setAutoDefault(false);
    theme::setSmall(m_reset);
    auto* row = new QHBoxLayout;
    row->addWidget(m_placement);
    row->addStretch();
    row->addWidget(m_reset);
    column->addLayout(row);
    column->addSpacing(theme::metrics::kSpace1);
    connect(m_placement, &widgets::Segmented::chosen, this, [this](int index) {
        // Manual begins where the automatic choice stands.
        m_options.gpuLayers = index == 1 ? m_plan.gpuLayers : -1;
        m_options.cpuExpertLayers = index == 1 && m_plan.gpuLayers > 0 ? m_plan.cpuExpertLayers : -1;
        showRows();
        Q_EMIT changed();
    });
    connect(m_reset, &QPushButton::clicked, this, &LoadForm::resetToAutomatic);
}

void LoadForm::resetToAutomatic() {
    LoadOptions automatic;
    automatic.guardrail = m_options.guardrail;
    setOptions(automatic);
    Q_EMIT changed();
}

void LoadForm::addNumbers(QVBoxLayout* column) {
    m_context =
        new CountRow(tr("Context"), tr("tokens"),
                     tr("How much of a conversation the model can see at once. More needs more memory."),
                     CountRow::Scale::logarithmic, this);
    m_context->setObjectName(QStringLiteral("contextRow"));
    m_gpuLayers = new CountRow(tr("GPU layers"), QString(),
                               tr("Layers that the graphics card computes, the head counted as one."),
                               CountRow::Scale::linear, this);
    m_gpuLayers->setObjectName(QStringLiteral("gpuLayersRow"));
    m_expertLayers = new CountRow(tr("Expert layers on CPU"), tr("the first ones"),
                                  tr("Layers whose experts stay in the computer's memory."),
                                  CountRow::Scale::linear, this);
    m_expertLayers->setObjectName(QStringLiteral("expertLayersRow"));
    for (CountRow* row : {m_context, m_gpuLayers, m_expertLayers})
        column->addWidget(row);
    connect(m_context, &CountRow::edited, this, [this](int tokens) {
        m_options.contextSize = tokens;
        Q_EMIT changed();
    });
    connect(m_gpuLayers, &CountRow::edited, this, [this](int layers) {
        m_options.gpuLayers = layers;
        Q_EMIT changed();
    });
    connect(m_expertLayers, &CountRow::edited, this, [this](int layers) {
        m_options.cpuExpertLayers = layers;
        Q_EMIT changed();
    });
}

QWidget* LoadForm::choiceRow(const QString& name, QWidget* choice, QLabel* note) {
    auto* widget = new QWidget(this);
    auto* label = new QLabel(name, widget);
    label->setFixedWidth(152);
    note->setFont(theme::font(theme::TextRole::Small));
    note->setForegroundRole(QPalette::PlaceholderText);
    auto* row = new QHBoxLayout(widget);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(theme::metrics::kSpace3);
    row->addWidget(label);
    row->addSpacing(theme::metrics::kSpace1);
    row->addWidget(choice);
    row->addWidget(note, 1);
    widget->setMinimumHeight(40);
    return widget;
}

void LoadForm::addQuantize(QVBoxLayout* column) {
    m_quantize = new widgets::Segmented(
        tr("Quantise while loading"),
        {tr("Automatic"), tr("As in the file"), QStringLiteral("Q8_0"), QStringLiteral("Q4_K_M")}, this);
    m_quantize->setObjectName(QStringLiteral("quantize"));
    m_quantize->setToolTip(
        tr("Makes fewer bits of the weights while loading. Q8_0 is hardly to be told apart from the file's "
           "own; Q4_K_M takes half of that and loses a little. The file stays as it is."));
    m_quantizeNote = new QLabel(this);
    m_quantizeNote->setObjectName(QStringLiteral("quantizeNote"));
    m_quantizeNote->setWordWrap(true);
    m_quantizeRow = choiceRow(tr("Quantise at load"), m_quantize, m_quantizeNote);
    column->addWidget(m_quantizeRow);
    connect(m_quantize, &widgets::Segmented::chosen, this, [this](int index) {
        m_options.quantize = kQuantizers[index];
        Q_EMIT changed();
    });
}

void LoadForm::addChoices(QVBoxLayout* column) {
    addQuantize(column);
    m_kv = new widgets::Segmented(
        tr("KV precision"), {QStringLiteral("F16"), QStringLiteral("Q8_0"), QStringLiteral("Q4_0")}, this);
    m_kv->setObjectName(QStringLiteral("kvPrecision"));
    m_kv->setToolTip(tr("Number format of the context's memory. Q8_0 is hardly to be told apart from F16."));
    m_kvNote = new QLabel(this);
    column->addWidget(choiceRow(tr("KV precision"), m_kv, m_kvNote));
    m_guardrail = new widgets::Segmented(tr("Guardrail"),
                                         {tr("Off"), tr("Relaxed"), tr("Balanced"), tr("Strict")}, this);
    m_guardrail->setObjectName(QStringLiteral("guardrail"));
    m_guardrail->setToolTip(tr("How much memory a load leaves to other programs."));
    m_guardrailNote = new QLabel(this);
    column->addWidget(choiceRow(tr("Guardrail"), m_guardrail, m_guardrailNote));
    connect(m_kv, &widgets::Segmented::chosen, this, [this](int index) {
        constexpr Kv kKinds[] = {Kv::f16, Kv::q8_0, Kv::q4_0};
        m_options.kvPrecision = kKinds[index];
        Q_EMIT changed();
    });
    connect(m_guardrail, &widgets::Segmented::chosen, this, [this](int index) {
        m_options.guardrail = static_cast<PlanQuery::Guardrail>(index);
        Q_EMIT changed();
    });
}

void LoadForm::addAdvanced(QVBoxLayout* column) {
    m_advanced = new widgets::Button(tr("Advanced"), this, theme::Variant::Flat, theme::Icon::Right);
    m_advanced->setObjectName(QStringLiteral("advanced"));
    m_advanced->setCheckable(true);
    m_advanced->setAutoDefault(false);
    theme::setSmall(m_advanced);
    m_advancedNote = new QLabel(tr("threads"), this);
    m_advancedNote->setFont(theme::font(theme::TextRole::Caption));
    m_advancedNote->setForegroundRole(QPalette::PlaceholderText);
    auto* row = new QHBoxLayout;
    row->addWidget(m_advanced);
    row->addWidget(m_advancedNote, 1);
    column->addLayout(row);
    m_threads = new CountRow(tr("Threads"), QString(), tr("Workers that compute; one per core is usual."),
                             CountRow::Scale::linear, this);
    m_threads->setObjectName(QStringLiteral("threadsRow"));
    m_threads->setLeastText(tr("Automatic"));
    m_threads->hide();
    column->addWidget(m_threads);
    connect(m_advanced, &QPushButton::toggled, this, [this](bool open) {
        m_advanced->setGlyph(open ? theme::Icon::Down : theme::Icon::Right);
        m_advancedNote->setVisible(!open);
        m_threads->setVisible(open);
    });
    connect(m_threads, &CountRow::edited, this, [this](int threads) {
        m_options.threads = threads;
        Q_EMIT changed();
    });
}

void LoadForm::setModel(qint64 trainedContext) {
    m_trainedContext = trainedContext > 0 ? trainedContext : kUnknownContext;
    const qint64 most = qBound<qint64>(kLeastContext, m_trainedContext, qint64{1} << 30);
    m_context->setRange(kLeastContext, static_cast<int>(most), 256);
    m_threads->setRange(0, 64);
    showMarks();
}

void LoadForm::setOptions(const LoadOptions& options) {
    m_options = options;
    m_options.anyway = false;
    m_placement->setCurrent(options.gpuLayers >= 0 || options.cpuExpertLayers >= 0 ? 1 : 0);
    if (options.contextSize > 0) m_context->setValue(static_cast<int>(options.contextSize));
    m_quantize->setCurrent(quantizeIndex(options.quantize));
    m_kv->setCurrent(kvIndex(options.kvPrecision));
    m_guardrail->setCurrent(static_cast<int>(options.guardrail));
    m_threads->setValue(options.threads);
    showRows();
}

// Rows that mean nothing here are hidden, not disabled.
void LoadForm::showRows() {
    const bool gpu = std::any_of(m_plan.devices.begin(), m_plan.devices.end(),
                                 [](const PlanDevice& d) { return d.kind == PlanDevice::Kind::gpu; });
    m_quantizeRow->setVisible(m_plan.quantizable);
    m_gpuLayers->setVisible(isManual() && gpu);
    m_expertLayers->setVisible(isManual() && gpu && m_plan.expertLayers > 0);
    const LoadOptions automatic;
    m_reset->setVisible(isManual() || m_options.contextSize != automatic.contextSize ||
                        m_options.kvPrecision != automatic.kvPrecision ||
                        m_options.quantize != automatic.quantize || m_options.threads != automatic.threads);
}

void LoadForm::setPlan(const ModelPlan& plan) {
    m_plan = plan;
    if (m_options.contextSize == 0) m_context->setValue(static_cast<int>(plan.contextSize));
    if (m_options.kvPrecision == Kv::automatic) m_kv->setCurrent(kvIndex(plan.kvPrecision));
    m_gpuLayers->setRange(0, plan.layers + 1);
    m_expertLayers->setRange(0, plan.expertLayers);
    if (m_options.gpuLayers < 0) m_gpuLayers->setValue(plan.gpuLayers);
    if (m_options.cpuExpertLayers < 0) m_expertLayers->setValue(plan.cpuExpertLayers);
    qint64 cache = 0;
    QStringList kept;
    for (const PlanDevice& device : plan.devices) {
        cache += device.kvCache;
        const qint64 reserve = device.total - device.otherPrograms - device.limit;
        if (device.kind == PlanDevice::Kind::disk || reserve <= 0) continue;
        kept.append(device.kind == PlanDevice::Kind::gpu ? tr("%1 of VRAM").arg(sizeWords(reserve))
                                                         : tr("%1 of RAM").arg(sizeWords(reserve)));
    }
    m_quantizeNote->setText(m_options.quantize == Quantize::automatic ? quantizeWords(plan) : QString());
    m_kvNote->setText(tr("%1 at this context").arg(sizeWords(cache)));
    m_guardrailNote->setText(kept.isEmpty() ? tr("keeps nothing free")
                                            : tr("keeps %1 free").arg(kept.join(tr(" and "))));
    showRows();
    showMarks();
}

void LoadForm::showMarks() {
    QList<CountRow::Mark> marks{{kLeastContext, QString::number(kLeastContext)},
                                {static_cast<int>(m_trainedContext), contextWords(m_trainedContext)}};
    if (m_plan.largestContext >= kLeastContext && m_plan.largestContext < m_trainedContext)
        marks.append({static_cast<int>(m_plan.largestContext),
                      tr("%1 still fit").arg(contextWords(m_plan.largestContext))});
    m_context->setMarks(marks);
}

} // namespace ui::models
