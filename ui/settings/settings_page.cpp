// The settings page.
#include "ui/settings/settings_page.h"

#include <QCheckBox>
#include <QFormLayout>
#include <QLabel>
#include <QScrollArea>
#include <QSpinBox>
#include <QVBoxLayout>

#include "ui/models/downloaded/models_folder_bar.h"
#include "ui/settings/endpoint_row.h"
#include "ui/settings/token_row.h"
#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/count_spin_box.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/segmented.h"
#include "ui/widgets/text_label.h"

namespace ui::settings {

using app::settings::Settings;

namespace {
constexpr int kPathWidth = 540;
}

SettingsPage::SettingsPage(Settings& settings, app::downloads::HubSettings& hub,
                           app::library::Library& library, QWidget* parent)
    : Panel(theme::Token::Base, parent), m_form(new QFormLayout) {
    setObjectName(QStringLiteral("settingsPage"));
    m_form->setHorizontalSpacing(theme::metrics::kSpace5);
    m_form->setVerticalSpacing(theme::metrics::kSpace3);
    m_form->setLabelAlignment(Qt::AlignLeft);
    m_form->setFieldGrowthPolicy(QFormLayout::FieldsStayAtSizeHint);

    addHeading(tr("Appearance"));
    auto* look = new widgets::Segmented(tr("Theme"),
                                        {tr("System"), tr("Light"), tr("Dark"), tr("High contrast")}, this);
    look->setObjectName(QStringLiteral("themeChoice"));
    look->setCurrent(static_cast<int>(settings.value(app::settings::kTheme)));
    connect(look, &widgets::Segmented::chosen, this, [&settings](int index) {
        settings.setValue(app::settings::kTheme, static_cast<app::settings::Theme>(index));
    });
    addRow(tr("Theme"), tr("System follows what your desktop asks for."), look);

    auto* zoom = new QSpinBox(this);
    zoom->setObjectName(QStringLiteral("textZoom"));
    zoom->setAccessibleName(tr("Text size of conversations"));
    zoom->setRange(app::settings::kTextZoom.minimum, app::settings::kTextZoom.maximum);
    zoom->setSingleStep(10);
    zoom->setSuffix(tr(" %"));
    zoom->setValue(settings.value(app::settings::kTextZoom));
    connect(zoom, &QSpinBox::valueChanged, this,
            [&settings](int percent) { settings.setValue(app::settings::kTextZoom, percent); });
    addRow(tr("Text size"), tr("Of conversations: Ctrl and + or - change it too."), zoom);

    const auto check = [&](const char* name, const QString& text, const app::settings::Key<bool>& key) {
        auto* box = new QCheckBox(text, this);
        box->setObjectName(QString::fromLatin1(name));
        box->setChecked(settings.value(key));
        connect(box, &QCheckBox::toggled, this, [&settings, key](bool on) { settings.setValue(key, on); });
        connect(&settings, &Settings::changed, box, [box, &settings, key](const QString& changed) {
            if (Settings::is(changed, key)) box->setChecked(settings.value(key));
        });
        return box;
    };
    addRow(tr("Motion"), QString(),
           check("reducedMotion", tr("Keep still: no blinking, no turning"), app::settings::kReducedMotion));

    addHeading(tr("Writing"));
    auto* send = new widgets::Segmented(tr("Key that sends"), {tr("Enter"), tr("Ctrl+Enter")}, this);
    send->setObjectName(QStringLiteral("sendKey"));
    send->setCurrent(static_cast<int>(settings.value(app::settings::kSendKey)));
    connect(send, &widgets::Segmented::chosen, this, [&settings](int index) {
        settings.setValue(app::settings::kSendKey, static_cast<app::settings::SendKey>(index));
    });
    addRow(tr("Send with"), tr("The other one of the two writes a new line; Shift+Enter always does."), send);
    addRow(tr("Thinking"), QString(),
           check("showThinking", tr("Show a model's thinking unfolded"), app::settings::kShowThinking));
    addRow(tr("Sampling"), QString(),
           check("advanced", tr("Show all sampling settings"), app::settings::kAdvanced));

    addHeading(tr("Engine"));
    addRow(tr("At start"), QString(),
           check("loadAtStart", tr("Load the model of last time"), app::settings::kLoadLastModel));
    auto* threads = new QSpinBox(this);
    threads->setObjectName(QStringLiteral("threads"));
    threads->setAccessibleName(tr("Worker threads"));
    threads->setRange(app::settings::kThreads.minimum, app::settings::kThreads.maximum);
    threads->setSpecialValueText(tr("Automatic"));
    threads->setValue(settings.value(app::settings::kThreads));
    connect(threads, &QSpinBox::valueChanged, this,
            [&settings](int n) { settings.setValue(app::settings::kThreads, n); });
    addRow(tr("Threads"), tr("Automatic is one per core. Counts from the next start of Tandem on."), threads);
    addHeading(tr("Models and downloads"));
    addModelsFolder(library);
    addDownloads(settings, hub);

    auto* column = new QWidget;
    column->setMaximumWidth(720);
    auto* columnLayout = new QVBoxLayout(column);
    columnLayout->setContentsMargins(theme::metrics::kPageMargin, theme::metrics::kPageMargin,
                                     theme::metrics::kPageMargin, theme::metrics::kPageMargin);
    auto* title = new QLabel(tr("Settings"), column);
    title->setFont(theme::font(theme::TextRole::Figure));
    columnLayout->addWidget(title);
    columnLayout->addLayout(m_form);
    columnLayout->addStretch();
    auto* area = new QScrollArea(this);
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setFocusPolicy(Qt::NoFocus);
    area->viewport()->setAutoFillBackground(false);
    area->setWidget(column);
    column->setAutoFillBackground(false);
    setFocusProxy(look);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(area);

    connect(&settings, &Settings::changed, this, [=, &settings](const QString& changed) {
        if (Settings::is(changed, app::settings::kTheme))
            look->setCurrent(static_cast<int>(settings.value(app::settings::kTheme)));
        if (Settings::is(changed, app::settings::kTextZoom))
            zoom->setValue(settings.value(app::settings::kTextZoom));
    });
}

void SettingsPage::addModelsFolder(app::library::Library& library) {
    auto* box = new QWidget(this);
    auto* path = new widgets::ElidedLabel(QString(), box);
    path->setObjectName(QStringLiteral("modelsFolder"));
    path->setElideMode(Qt::ElideMiddle);
    path->setFixedWidth(kPathWidth);
    const auto show = [path, &library] { path->setText(library.modelsFolder()); };
    connect(&library, &app::library::Library::foldersChanged, path, show);
    show();
    auto* bar = new models::ModelsFolderBar(library, box);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(theme::metrics::kSpace1);
    column->addWidget(path);
    column->addWidget(bar);
    box->setFocusProxy(bar);
    addRow(tr("Models folder"),
           tr("Models that are here already stay where they are, and are used from there."), box);
}

void SettingsPage::addDownloads(Settings& settings, app::downloads::HubSettings& hub) {
    addRow(tr("Model hub"), tr("Where models are looked for and downloaded from; a mirror of it will do."),
           new EndpointRow(settings, this));
    addRow(tr("Access token"), QString(), new TokenRow(hub, this));
    const auto number = [&](QSpinBox* box, const char* name, const QString& label,
                            const app::settings::Key<int>& key) {
        box->setObjectName(QString::fromLatin1(name));
        box->setAccessibleName(label);
        box->setRange(key.minimum, key.maximum);
        box->setValue(settings.value(key));
        box->setKeyboardTracking(false); // not at every digit: what runs follows at once
        connect(box, &QSpinBox::valueChanged, this, [&settings, key](int n) { settings.setValue(key, n); });
        connect(&settings, &Settings::changed, box, [box, &settings, key](const QString& changed) {
            if (Settings::is(changed, key)) box->setValue(settings.value(key));
        });
        return box;
    };
    auto* limit = number(new widgets::CountSpinBox(this), "downloadLimit", tr("Speed limit of downloads"),
                         app::settings::kDownloadLimit);
    limit->setSpecialValueText(tr("No limit"));
    limit->setSuffix(tr(" kB/s"));
    limit->setSingleStep(500);
    addRow(tr("Speed limit"), tr("Of all downloads together, at once; 0 takes it away."), limit);
    auto* atOnce = number(new QSpinBox(this), "downloadsAtOnce", tr("Downloads at once"),
                          app::settings::kDownloadsAtOnce);
    addRow(tr("At once"), tr("Others wait until one of these is done."), atOnce);
}

void SettingsPage::addHeading(const QString& text) {
    auto* label = new QLabel(text, this);
    label->setFont(theme::font(theme::TextRole::Title));
    label->setContentsMargins(0, theme::metrics::kSpace4, 0, 0);
    m_form->addRow(label);
}

void SettingsPage::addRow(const QString& label, const QString& help, QWidget* field) {
    auto* box = new QWidget(this);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::metrics::kSpace1);
    layout->addWidget(field, 0, Qt::AlignLeft);
    if (!help.isEmpty()) {
        auto* note = new widgets::MutedLabel(theme::TextRole::Small, box, help);
        layout->addWidget(note);
        field->setAccessibleDescription(help);
    }
    m_form->addRow(label, box);
}

} // namespace ui::settings
