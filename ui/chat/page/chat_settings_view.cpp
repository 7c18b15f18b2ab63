// The chat tab of the inspector.
#include "ui/chat/page/chat_settings_view.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QInputDialog>
#include <QLabel>
#include <QSpinBox>
#include <QVBoxLayout>
#include <limits>

#include "ui/chat/page/sampling_texts.h"
#include "ui/chat/page/stop_strings_field.h"
#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/theme/style.h"
#include "ui/widgets/button.h"
#include "ui/widgets/count_spin_box.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/panel.h"
#include "ui/widgets/param_row.h"
#include "ui/widgets/text_area.h"

namespace ui::chat {

using app::chat::ChatController;
using app::settings::ChatSettings;

namespace {

QLabel* heading(const QString& text, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    label->setFont(theme::semibold(theme::font(theme::TextRole::Small)));
    return label;
}

QLabel* note(QWidget* parent) {
    auto* label = new QLabel(parent);
    label->setFont(theme::font(theme::TextRole::Caption));
    label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

QHBoxLayout* row(QWidget* left, QWidget* right) {
    auto* layout = new QHBoxLayout;
    layout->addWidget(left, 1);
    layout->addWidget(right);
    return layout;
}

constexpr int kDefaultLimit = 4096;

} // namespace

template <typename Change>
void ChatSettingsView::change(Change&& apply) {
    if (m_showing) return;
    ChatSettings settings = m_controller.chatSettings();
    apply(settings);
    m_controller.setChatSettings(settings);
}

ChatSettingsView::ChatSettingsView(ChatController& controller, app::settings::Settings& settings,
                                   app::settings::Presets& presets, QWidget* parent)
    : QWidget(parent), m_controller(controller), m_settings(settings), m_presets(presets) {
    setObjectName(QStringLiteral("chatSettings"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 12, 16, 16);
    layout->setSpacing(theme::metrics::kSpace2);
    buildPreset(layout);
    layout->addSpacing(8);
    buildPrompt(layout);
    layout->addSpacing(8);
    buildSampling(layout);
    layout->addSpacing(4);
    layout->addWidget(new widgets::Separator(Qt::Horizontal, this));
    layout->addSpacing(4);
    buildLimits(layout);
    layout->addStretch();

    connect(&controller, &ChatController::currentChanged, this, &ChatSettingsView::show);
    connect(&controller, &ChatController::chatSettingsChanged, this, &ChatSettingsView::show);
    connect(&controller, &ChatController::tokenCountsChanged, this, &ChatSettingsView::showCounts);
    connect(&presets, &app::settings::Presets::changed, this, &ChatSettingsView::show);
    show();
}

void ChatSettingsView::buildPreset(QVBoxLayout* layout) {
    m_modified = note(this);
    layout->addLayout(row(heading(tr("Preset"), this), m_modified));
    m_preset = new QComboBox(this);
    m_preset->setObjectName(QStringLiteral("presetBox"));
    m_preset->setAccessibleName(tr("Preset"));
    m_preset->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    auto* save = new widgets::Button(tr("Save"), this);
    save->setObjectName(QStringLiteral("savePreset"));
    theme::setSmall(m_preset);
    theme::setSmall(save);
    m_revert = new widgets::IconButton(theme::Icon::Redo, tr("Back to the saved preset"), this,
                                       widgets::IconButton::Size::Small);
    auto* line = new QHBoxLayout;
    line->addWidget(m_preset, 1);
    line->addWidget(save);
    line->addWidget(m_revert);
    layout->addLayout(line);
    connect(m_preset, &QComboBox::activated, this,
            [this](int index) { m_controller.applyPreset(m_preset->itemData(index).toString()); });
    connect(m_revert, &QAbstractButton::clicked, this, [this] { m_controller.revertPreset(); });
    connect(save, &QPushButton::clicked, this, [this] {
        auto* dialog = new QInputDialog(window());
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setWindowTitle(tr("Save preset"));
        dialog->setLabelText(tr("Name of the preset"));
        dialog->setTextValue(m_controller.chatSettings().preset);
        connect(dialog, &QInputDialog::textValueSelected, this, [this](const QString& name) {
            if (!name.trimmed().isEmpty()) m_controller.savePreset(name.trimmed());
        });
        dialog->open();
    });
}

void ChatSettingsView::buildPrompt(QVBoxLayout* layout) {
    m_promptTokens = note(this);
    layout->addLayout(row(heading(tr("System prompt"), this), m_promptTokens));
    m_prompt = new widgets::TextArea(tr("System prompt"), this);
    m_prompt->setObjectName(QStringLiteral("systemPrompt"));
    m_prompt->setPlaceholderText(tr("How should the model answer? It reads this before every chat."));
    m_prompt->setFixedHeight(84);
    layout->addWidget(m_prompt);
    connect(m_prompt, &QPlainTextEdit::textChanged, this,
            [this] { change([&](ChatSettings& s) { s.systemPrompt = m_prompt->toPlainText(); }); });
}

void ChatSettingsView::buildSampling(QVBoxLayout* layout) {
    layout->addWidget(heading(tr("Sampling"), this));
    auto* rows = new QVBoxLayout;
    rows->setSpacing(0);
    layout->addLayout(rows);
    m_advanced = new QWidget(this);
    auto* advanced = new QVBoxLayout(m_advanced);
    advanced->setContentsMargins(0, 0, 0, 0);
    advanced->setSpacing(0);
    const app::settings::Sampling standard;
    for (const app::settings::SamplingField& field : app::settings::samplingFields()) {
        const SamplingText text = samplingText(field.name);
        widgets::ParamRange range;
        range.minimum = field.minimum;
        range.maximum = field.maximum;
        range.step = field.step;
        range.decimals = field.decimals;
        range.standard = field.get(standard);
        auto* line = new widgets::ParamRow(text.label, text.help, range, this);
        line->setObjectName(QString::fromLatin1(field.name));
        line->setNameWidth(104);
        connect(line, &widgets::ParamRow::edited, this, [this, set = field.set](double value) {
            change([&](ChatSettings& s) { set(s.sampling, value); });
        });
        m_rows.append(line);
        if (field.advanced)
            advanced->addWidget(line);
        else
            rows->addWidget(line);
    }
    m_more = new widgets::Button(QString(), this, theme::Variant::Flat, theme::Icon::Sliders);
    m_more->setObjectName(QStringLiteral("moreSampling"));
    theme::setSmall(m_more);
    connect(m_more, &QPushButton::clicked, this, [this] {
        m_settings.setValue(app::settings::kAdvanced, !m_settings.value(app::settings::kAdvanced));
        show();
    });
    m_greedy = new QCheckBox(tr("Always the most likely token"), this);
    connect(m_greedy, &QCheckBox::toggled, this,
            [this](bool on) { change([&](ChatSettings& s) { s.sampling.greedy = on; }); });
    m_fixedSeed = new QCheckBox(tr("Fixed seed"), this);
    m_fixedSeed->setToolTip(tr("The same seed, prompt and settings give the same reply"));
    m_seed = new QSpinBox(this);
    theme::setSmall(m_seed);
    m_seed->setAccessibleName(tr("Seed"));
    m_seed->setRange(0, std::numeric_limits<int>::max());
    connect(m_fixedSeed, &QCheckBox::toggled, this,
            [this](bool on) { change([&](ChatSettings& s) { s.sampling.fixedSeed = on; }); });
    connect(m_seed, &QSpinBox::valueChanged, this,
            [this](int seed) { change([&](ChatSettings& s) { s.sampling.seed = seed; }); });
    advanced->addWidget(m_greedy);
    advanced->addLayout(row(m_fixedSeed, m_seed));
    layout->addWidget(m_advanced);
    layout->addWidget(m_more, 0, Qt::AlignLeft);
}

void ChatSettingsView::buildLimits(QVBoxLayout* layout) {
    m_limit = new QCheckBox(tr("Limit reply length"), this);
    m_maxTokens = new widgets::CountSpinBox(this);
    theme::setSmall(m_maxTokens);
    m_maxTokens->setAccessibleName(tr("Longest reply in tokens"));
    m_maxTokens->setRange(1, 1'000'000);
    m_maxTokens->setValue(kDefaultLimit);
    connect(m_limit, &QCheckBox::toggled, this, [this](bool on) {
        change([&](ChatSettings& s) { s.maxTokens = on ? m_maxTokens->value() : 0; });
    });
    connect(m_maxTokens, &QSpinBox::valueChanged, this, [this](int n) {
        if (m_limit->isChecked()) change([&](ChatSettings& s) { s.maxTokens = n; });
    });
    layout->addLayout(row(m_limit, m_maxTokens));

    layout->addSpacing(4);
    layout->addWidget(heading(tr("Stop strings"), this));
    m_stops = new StopStringsField(this);
    connect(m_stops, &StopStringsField::edited, this,
            [this](const QStringList& stops) { change([&](ChatSettings& s) { s.stop = stops; }); });
    layout->addWidget(m_stops);

    layout->addSpacing(4);
    layout->addWidget(heading(tr("When the context is full"), this));
    m_whenFull = new QComboBox(this);
    theme::setSmall(m_whenFull);
    m_whenFull->setAccessibleName(tr("When the context is full"));
    m_whenFull->addItem(tr("Leave out the oldest turns"),
                        static_cast<int>(app::settings::WhenFull::dropOldest));
    m_whenFull->addItem(tr("Stop and say so"), static_cast<int>(app::settings::WhenFull::stop));
    connect(m_whenFull, &QComboBox::activated, this, [this](int index) {
        change([&](ChatSettings& s) {
            s.whenFull = static_cast<app::settings::WhenFull>(m_whenFull->itemData(index).toInt());
        });
    });
    layout->addWidget(m_whenFull);
    m_plain = new QCheckBox(tr("Plain template (User: … Assistant: …)"), this);
    m_plain->setToolTip(tr("For models whose own chat template is missing or cannot be used"));
    connect(m_plain, &QCheckBox::toggled, this,
            [this](bool on) { change([&](ChatSettings& s) { s.plainTemplate = on; }); });
    layout->addWidget(m_plain);
}

void ChatSettingsView::show() {
    m_showing = true;
    const ChatSettings& s = m_controller.chatSettings();
    m_preset->clear();
    const bool modified = !s.preset.isEmpty() && m_controller.isPresetModified();
    if (s.preset.isEmpty()) m_preset->addItem(tr("None"), QString());
    const QStringList names = m_presets.names();
    for (const QString& name : names)
        m_preset->addItem(modified && name == s.preset ? name + QStringLiteral(" *") : name, name);
    m_preset->setCurrentIndex(qMax(0, m_preset->findData(s.preset)));
    m_modified->setText(modified ? tr("modified") : QString());
    m_revert->setEnabled(modified);
    if (m_prompt->toPlainText() != s.systemPrompt) m_prompt->setPlainText(s.systemPrompt);
    const auto& fields = app::settings::samplingFields();
    for (qsizetype i = 0; i < fields.size(); ++i) {
        if (m_rows[i]->value() != fields[i].get(s.sampling)) m_rows[i]->setValue(fields[i].get(s.sampling));
    }
    const bool advanced = m_settings.value(app::settings::kAdvanced);
    m_advanced->setVisible(advanced);
    m_more->setText(advanced ? tr("Fewer settings") : tr("More settings"));
    m_greedy->setChecked(s.sampling.greedy);
    m_fixedSeed->setChecked(s.sampling.fixedSeed);
    m_seed->setEnabled(s.sampling.fixedSeed);
    m_seed->setValue(
        static_cast<int>(qBound(qint64{0}, s.sampling.seed, qint64{std::numeric_limits<int>::max()})));
    m_limit->setChecked(s.maxTokens > 0);
    m_maxTokens->setEnabled(s.maxTokens > 0);
    if (s.maxTokens > 0) m_maxTokens->setValue(s.maxTokens);
    m_stops->setStrings(s.stop);
    m_whenFull->setCurrentIndex(m_whenFull->findData(static_cast<int>(s.whenFull)));
    m_plain->setChecked(s.plainTemplate);
    m_showing = false;
    showCounts();
}

void ChatSettingsView::showCounts() {
    const qint64 tokens = m_controller.systemPromptTokens();
    m_promptTokens->setText(tokens > 0 ? tokenCount(tokens) : QString());
}

} // namespace ui::chat
