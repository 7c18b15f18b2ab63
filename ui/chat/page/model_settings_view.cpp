// The model tab of the inspector.
#include "ui/chat/page/model_settings_view.h"

#include <QFormLayout>
#include <QLabel>
#include <QLocale>
#include <QSpinBox>
#include <QVBoxLayout>

#include "ui/models/load/plan_texts.h"
#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/theme/style.h"
#include "ui/widgets/button.h"
#include "ui/widgets/count_spin_box.h"
#include "ui/widgets/panel.h"

namespace ui::chat {

using app::bridge::EngineHost;
using State = EngineHost::State;

namespace {

QString count(qint64 n) {
    if (n >= 1'000'000'000)
        return QLocale::c().toString(static_cast<double>(n) / 1e9, 'f', 1) + QStringLiteral(" B");
    if (n >= 1'000'000)
        return QLocale::c().toString(static_cast<double>(n) / 1e6, 'f', 1) + QStringLiteral(" M");
    return QString::number(n);
}

} // namespace

ModelSettingsView::ModelSettingsView(EngineHost& host, app::usage::Usage& usage,
                                     app::settings::Settings& settings, QWidget* parent)
    : QWidget(parent),
      m_host(host),
      m_usage(usage),
      m_settings(settings),
      m_title(new QLabel(this)),
      m_facts(new QFormLayout),
      m_context(new widgets::CountSpinBox(this)),
      m_note(new QLabel(this)),
      m_reload(new widgets::Button(tr("Reload now"), this, theme::Variant::Primary)),
      m_eject(new widgets::Button(tr("Eject: free its memory"), this)) {
    setObjectName(QStringLiteral("modelSettings"));
    m_title->setFont(theme::font(theme::TextRole::Title));
    m_title->setWordWrap(true);
    m_facts->setHorizontalSpacing(theme::metrics::kSpace3);
    m_facts->setLabelAlignment(Qt::AlignLeft);

    auto* contextLabel = new QLabel(tr("Context length in tokens"), this);
    contextLabel->setFont(theme::semibold(theme::font(theme::TextRole::Small)));
    contextLabel->setBuddy(m_context);
    m_context->setObjectName(QStringLiteral("contextSize"));
    theme::setSmall(m_context);
    m_context->setAccessibleName(tr("Context length in tokens"));
    m_context->setRange(0, app::settings::kContextSize.maximum);
    m_context->setSingleStep(1024);
    m_context->setSpecialValueText(tr("Automatic"));
    m_context->setToolTip(
        tr("How much of a conversation the model can see at once. More needs more memory."));
    m_context->setValue(settings.value(app::settings::kContextSize));
    connect(m_context, &QSpinBox::valueChanged, this, [this](int tokens) {
        m_settings.setValue(app::settings::kContextSize, tokens);
        show();
    });
    m_note->setForegroundRole(QPalette::PlaceholderText);
    m_note->setWordWrap(true);
    m_reload->setObjectName(QStringLiteral("reloadNow"));
    connect(m_reload, &QPushButton::clicked, this, [this] {
        app::bridge::LoadOptions options = m_host.options();
        options.contextSize = m_context->value();
        m_host.reload(options);
    });

    m_eject->setObjectName(QStringLiteral("ejectModel"));
    connect(m_eject, &QPushButton::clicked, this, [this] { m_host.eject(); });

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 12, 16, 16);
    layout->setSpacing(theme::metrics::kSpace3);
    layout->addWidget(m_title);
    layout->addLayout(m_facts);
    layout->addWidget(new widgets::Separator(Qt::Horizontal, this));
    layout->addWidget(contextLabel);
    layout->addWidget(m_context);
    layout->addWidget(m_note);
    layout->addWidget(m_reload, 0, Qt::AlignLeft);
    layout->addSpacing(theme::metrics::kSpace2);
    layout->addWidget(m_eject, 0, Qt::AlignLeft);
    layout->addStretch();
    connect(&host, &EngineHost::stateChanged, this, &ModelSettingsView::show);
    connect(&usage, &app::usage::Usage::loadedChanged, this, &ModelSettingsView::show);
    show();
}

void ModelSettingsView::addFact(const QString& name, const QString& value) {
    if (value.isEmpty()) return;
    auto* left = new QLabel(name, this);
    left->setForegroundRole(QPalette::PlaceholderText);
    auto* right = new QLabel(value, this);
    right->setWordWrap(true);
    right->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_facts->addRow(left, right);
}

// What was predicted beside what replies gave; the same work, so that both can be compared.
void ModelSettingsView::addSpeeds() {
    const app::bridge::ModelPlan* plan = m_usage.loaded();
    if (plan == nullptr) return;
    const auto add = [this](const QString& name, double predicted, double measured) {
        if (predicted <= 0) return;
        const QString expected = models::tokensPerSecond(predicted);
        addFact(
            name,
            measured > 0
                ? tr("%1 tokens/s measured, %2 predicted").arg(models::tokensPerSecond(measured), expected)
                : tr("%1 tokens/s predicted").arg(expected));
    };
    const app::bridge::Speeds predicted = plan->uncorrected();
    add(tr("Reads"), predicted.prompt, plan->measured.prompt);
    add(tr("Writes"), predicted.generate, plan->measured.generate);
}

void ModelSettingsView::show() {
    while (m_facts->rowCount() > 0)
        m_facts->removeRow(0);
    const bool ready = m_host.state() == State::ready;
    const app::bridge::ModelInfo& model = m_host.model();
    m_title->setText(m_host.state() == State::none ? tr("No model yet") : m_host.modelName());
    if (ready) {
        addFact(tr("Runs on"), model.placement);
        addSpeeds();
        addFact(tr("Family"), model.architecture);
        addFact(tr("Format"), model.quantization);
        addFact(tr("Parameters"),
                model.isMixtureOfExperts()
                    ? tr("%1, %2 active").arg(count(model.parameters), count(model.activeParameters))
                    : count(model.parameters));
        if (model.isMixtureOfExperts())
            addFact(tr("Experts"), tr("%1 of %2 per token").arg(model.expertsUsed).arg(model.experts));
        addFact(tr("Layers"), QString::number(model.layers));
        addFact(tr("Trained context"),
                model.trainedContext > 0 ? QLocale::c().toString(model.trainedContext) : QString());
        addFact(tr("Context now"), QLocale::c().toString(model.contextSize));
        addFact(tr("File size"),
                QLocale::c().formattedDataSize(model.fileBytes, 1, QLocale::DataSizeSIFormat));
        addFact(tr("Template"),
                model.hasTemplate ? tr("the model's own") : tr("none: use the plain template"));
    }
    const bool changed = ready && m_host.options().contextSize != m_context->value();
    m_note->setText(changed ? tr("Needs a reload. The conversation stays.") : QString());
    m_note->setVisible(changed);
    m_reload->setVisible(changed);
    m_eject->setVisible(ready);
}

} // namespace ui::chat
