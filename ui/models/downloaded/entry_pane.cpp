// The pane's parts and what they show.
#include "ui/models/downloaded/entry_pane.h"

#include <QFormLayout>
#include <QLabel>
#include <QVBoxLayout>

#include "app/library/shrinker.h"
#include "ui/models/downloaded/fact_row.h"
#include "ui/models/downloaded/library_words.h"
#include "ui/models/fit/model_words.h"
#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/button.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/meter_bar.h"

namespace ui::models {

using app::library::Entry;
using app::library::EntryPointer;
using app::library::Verifier;
using Kind = app::bridge::ModelInfo::Kind;

namespace {

constexpr int kTags = 3;

QLabel* wrapping(QWidget* parent) {
    auto* label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

QLabel* section(const QString& text, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    label->setFont(theme::semibold(theme::font(theme::TextRole::Body)));
    return label;
}

QStringList tagsOf(const Entry& entry) {
    QStringList tags;
    if (entry.info.isMixtureOfExperts())
        tags.append(entry.info.expertsUsed > 0
                        ? EntryPane::tr("MoE %1 × %2").arg(entry.info.experts).arg(entry.info.expertsUsed)
                        : EntryPane::tr("MoE"));
    if (entry.info.canThink) tags.append(EntryPane::tr("Thinking"));
    if (entry.info.kind == Kind::adapter) tags.append(EntryPane::tr("Adapter"));
    if (!entry.info.quantization.isEmpty()) tags.append(entry.info.quantization);
    return tags;
}

} // namespace

EntryPane::EntryPane(app::library::Library& library, app::library::FitAdvice& advice, Verifier& verifier,
                     QWidget* parent)
    : Panel(theme::Token::Base, parent), m_library(library), m_advice(advice), m_verifier(verifier) {
    setObjectName(QStringLiteral("entryPane"));
    auto* column = new QVBoxLayout(this);
    const int margin = theme::metrics::kPageMargin;
    column->setContentsMargins(margin, theme::metrics::kSpace4, margin, margin);
    column->setSpacing(theme::metrics::kSpace4);
    column->addWidget(buildHead());
    column->addWidget(buildFit());
    column->addWidget(buildFiles());
    column->addWidget(buildActions());
    column->addStretch();
    connect(&advice, &app::library::FitAdvice::advised, this, &EntryPane::showFit);
    connect(&verifier, &Verifier::progressed, this, &EntryPane::showVerification);
    connect(&verifier, &Verifier::finished, this, &EntryPane::showVerification);
    show(nullptr);
}

QWidget* EntryPane::buildHead() {
    auto* head = new QWidget(this);
    auto* column = new QVBoxLayout(head);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(theme::metrics::kSpace3);
    auto* row = new QHBoxLayout;
    row->setSpacing(theme::metrics::kSpace3);
    m_title = new widgets::ElidedLabel(QString(), head);
    m_title->setObjectName(QStringLiteral("entryTitle"));
    m_title->setFont(theme::font(theme::TextRole::Figure));
    row->addWidget(m_title);
    for (int i = 0; i < kTags; ++i) {
        m_tags.append(new widgets::Chip(QString(), head, widgets::Tone::Outline));
        row->addWidget(m_tags.last());
    }
    row->addStretch(1);
    m_load = new widgets::Button(tr("Load"), head, theme::Variant::Primary, theme::Icon::Play);
    m_load->setObjectName(QStringLiteral("entryLoad"));
    connect(m_load, &QPushButton::clicked, this, [this] { Q_EMIT loadRequested(m_entry->path); });
    row->addWidget(m_load);
    column->addLayout(row);
    m_source = wrapping(head);
    m_source->setForegroundRole(QPalette::PlaceholderText);
    column->addWidget(m_source);
    m_problem = new widgets::Banner(head);
    m_problem->setObjectName(QStringLiteral("entryProblem"));
    column->addWidget(m_problem);
    m_facts = new FactRow({tr("Family"), tr("Parameters"), tr("Quantisation"), tr("Context"), tr("Size"),
                           tr("Layers"), tr("Chat template"), tr("Made for")},
                          head);
    m_facts->setObjectName(QStringLiteral("entryFacts"));
    column->addWidget(m_facts);
    return head;
}

QWidget* EntryPane::buildFit() {
    m_fitCard = new widgets::Card(this);
    m_fitCard->setObjectName(QStringLiteral("entryFit"));
    auto* column = new QVBoxLayout(m_fitCard);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(theme::metrics::kSpace2);
    m_shrink = new widgets::Button(tr("Make a smaller copy…"), m_fitCard);
    m_shrink->setObjectName(QStringLiteral("entryShrink"));
    m_shrink->setAccessibleDescription(
        tr("The same model with fewer bits for each weight, beside this one."));
    theme::setSmall(m_shrink);
    connect(m_shrink, &QPushButton::clicked, this, [this] { Q_EMIT shrinkRequested(current()); });
    auto* head = new QHBoxLayout;
    head->addWidget(section(tr("On this computer"), m_fitCard));
    head->addStretch();
    head->addWidget(m_shrink);
    column->addLayout(head);
    auto* row = new QHBoxLayout;
    row->setSpacing(theme::metrics::kSpace3);
    m_fit = new widgets::Chip(QString(), m_fitCard);
    m_speed = new QLabel(m_fitCard);
    row->addWidget(m_fit);
    row->addWidget(m_speed);
    row->addStretch();
    column->addLayout(row);
    m_sentence = wrapping(m_fitCard);
    m_sentence->setForegroundRole(QPalette::PlaceholderText);
    column->addWidget(m_sentence);
    m_together = wrapping(m_fitCard);
    m_together->setObjectName(QStringLiteral("entryAdapters"));
    column->addWidget(m_together);
    return m_fitCard;
}

QLabel* EntryPane::addLine(QFormLayout* form, const QString& caption, const char* name) {
    auto* value = wrapping(form->parentWidget());
    value->setObjectName(QLatin1String(name));
    value->setTextInteractionFlags(Qt::TextSelectableByMouse);
    form->addRow(caption, value);
    return value;
}

QWidget* EntryPane::buildFiles() {
    auto* card = new widgets::Card(this);
    auto* column = new QVBoxLayout(card);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(theme::metrics::kSpace3);
    auto* head = new QHBoxLayout;
    head->addWidget(section(tr("On the disk"), card));
    head->addStretch();
    m_readOnly = new widgets::Chip(QString(), card, widgets::Tone::Outline, theme::Icon::Lock);
    m_readOnly->setObjectName(QStringLiteral("entryReadOnly"));
    head->addWidget(m_readOnly);
    column->addLayout(head);
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(theme::metrics::kSpace5);
    form->setVerticalSpacing(theme::metrics::kSpace2);
    form->setLabelAlignment(Qt::AlignLeft);
    column->addLayout(form);
    m_path = new widgets::ElidedLabel(QString(), card);
    m_path->setObjectName(QStringLiteral("entryPath"));
    m_path->setElideMode(Qt::ElideMiddle);
    form->addRow(tr("Path"), m_path);
    m_place = addLine(form, tr("Files"), "entryFiles");
    m_names = addLine(form, tr("Also"), "entryNames");
    m_used = addLine(form, tr("Last used"), "entryUsed");
    m_verified = addLine(form, tr("Verified"), "entryVerified");
    m_progress = new widgets::MeterBar(tr("Verifying"), card);
    column->addWidget(m_progress);
    return card;
}

QWidget* EntryPane::buildActions() {
    auto* bar = new QWidget(this);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(theme::metrics::kSpace2);
    m_verify = new widgets::Button(tr("Verify"), bar, theme::Variant::Normal, theme::Icon::Check);
    m_verify->setObjectName(QStringLiteral("entryVerify"));
    m_verify->setAccessibleDescription(
        tr("Reads the whole model and compares its hash with the published one."));
    connect(m_verify, &QPushButton::clicked, this, [this] {
        m_verifier.isAtWork(current()) ? m_verifier.cancel(current()) : m_verifier.start(current());
    });
    m_reveal = new widgets::Button(tr("Show in folder"), bar, theme::Variant::Normal, theme::Icon::Folder);
    m_reveal->setObjectName(QStringLiteral("entryReveal"));
    connect(m_reveal, &QPushButton::clicked, this, [this] { Q_EMIT revealRequested(m_entry->path); });
    m_delete = new widgets::Button(tr("Delete…"), bar, theme::Variant::Danger, theme::Icon::Trash);
    m_delete->setObjectName(QStringLiteral("entryDelete"));
    connect(m_delete, &QPushButton::clicked, this, [this] { Q_EMIT deleteRequested(current()); });
    row->addWidget(m_verify);
    row->addWidget(m_reveal);
    row->addStretch();
    row->addWidget(m_delete);
    return bar;
}

void EntryPane::show(const EntryPointer& entry) {
    m_entry = entry;
    for (QObject* child : children())
        if (auto* part = qobject_cast<QWidget*>(child)) part->setVisible(entry != nullptr);
    if (!entry) return;
    showHead();
    showFit();
    showFiles();
    showVerification();
}

void EntryPane::setLoaded(const QString& path) {
    if (path == m_loaded) return;
    m_loaded = path;
    if (m_entry) showHead();
}

void EntryPane::showHead() {
    m_title->setText(m_entry->name);
    const QStringList tags = tagsOf(*m_entry);
    for (qsizetype i = 0; i < m_tags.size(); ++i) {
        m_tags[i]->setText(tags.value(i));
        m_tags[i]->setVisible(i < tags.size());
    }
    const bool loaded = m_loaded == m_entry->path;
    m_load->setVisible(m_entry->info.kind == Kind::model);
    m_load->setEnabled(m_entry->isLoadable() && !loaded);
    m_load->setText(loaded ? tr("Loaded") : tr("Load"));
    m_source->setText(m_entry->source.isEmpty() ? QString() : tr("From %1").arg(m_entry->source));
    m_source->setVisible(!m_entry->source.isEmpty());
    const QString problem = problemTitle(*m_entry);
    m_problem->setVisible(!problem.isEmpty());
    if (!problem.isEmpty())
        m_problem->setMessage(m_entry->state == Entry::State::damaged ? widgets::Banner::Severity::Error
                                                                      : widgets::Banner::Severity::Warning,
                              problem, problemDetail(*m_entry));
    const auto& info = m_entry->info;
    const QString layers = info.layers > 0 ? QString::number(info.layers) : QString();
    const bool read = m_entry->state == Entry::State::ready && info.kind == Kind::model;
    m_facts->setValues({familyText(info.architecture), parametersText(info), info.quantization,
                        contextText(info.trainedContext), bytesText(m_entry->bytes()), layers,
                        read ? (info.hasTemplate ? tr("its own") : tr("none")) : QString(), info.baseModel});
}

void EntryPane::showFit() {
    if (!m_entry) return;
    const app::bridge::ModelPlan* plan = m_entry->isLoadable() ? m_advice.find(m_entry->path) : nullptr;
    if (m_entry->isLoadable() && plan == nullptr) m_advice.want(m_entry->path);
    m_fit->setVisible(plan != nullptr);
    m_speed->setVisible(plan != nullptr);
    m_sentence->setVisible(plan != nullptr);
    if (plan != nullptr) {
        const FitChip chip = fitChip(plan->verdict, plan->missingBytes);
        m_fit->setText(chip.text);
        m_fit->setTone(chip.tone);
        m_fit->setGlyph(chip.icon);
        const QString speed = speedText(plan->generateTokensPerSecond);
        const QString measured = speedText(plan->measured.generate);
        const QString predicted = speedText(plan->uncorrected().generate);
        m_speed->setText(!measured.isEmpty()
                             ? tr("%1 tok/s measured here, %2 predicted").arg(measured, predicted)
                         : speed.isEmpty() ? QString()
                                           : tr("about %1 tok/s").arg(speed));
        m_sentence->setText(plan->sentence);
    }
    QString together;
    if (m_entry->info.kind == Kind::adapter) {
        const EntryPointer base = m_library.baseOf(*m_entry);
        together = base ? tr("Goes with %1, which is on this computer.").arg(base->name)
                        : tr("Its model, %1, is not on this computer.")
                              .arg(m_entry->info.baseModel.isEmpty() ? tr("which it does not name")
                                                                     : m_entry->info.baseModel);
    } else {
        QStringList names;
        for (const EntryPointer& adapter : m_library.adaptersOf(*m_entry))
            names.append(adapter->name);
        names.sort();
        if (!names.isEmpty()) together = tr("Adapters: %1").arg(names.join(QStringLiteral(", ")));
    }
    m_together->setText(together);
    m_together->setVisible(!together.isEmpty());
    const bool shrinkable = app::library::canShrink(*m_entry);
    m_shrink->setVisible(shrinkable);
    m_fitCard->setVisible(plan != nullptr || !together.isEmpty() || shrinkable);
}

void EntryPane::showFiles() {
    m_path->setText(m_entry->path);
    m_readOnly->setVisible(m_entry->isForeign());
    m_readOnly->setText(tr("%1 · read-only").arg(ownerText(m_entry->owner)));
    const qsizetype files = m_entry->files.size();
    const QString bytes = bytesText(m_entry->bytes());
    m_place->setText(files == 1 ? tr("one, %1").arg(bytes) : tr("%1, %2 together").arg(files).arg(bytes));
    m_names->setText(m_entry->alsoKnownAs.isEmpty() ? tr("no other names")
                                                    : m_entry->alsoKnownAs.join(QLatin1Char('\n')));
    m_used->setText(lastUsedText(m_entry->lastUsed));
}

void EntryPane::showVerification() {
    if (!m_entry) return;
    const bool atWork = m_verifier.isAtWork(m_entry->id);
    m_verified->setText(atWork ? tr("reading… %1 %").arg(qRound(100 * m_verifier.progress(m_entry->id)))
                               : verificationText(m_entry->verification));
    m_progress->setVisible(atWork);
    m_progress->setFraction(m_verifier.progress(m_entry->id));
    m_verify->setText(atWork ? tr("Stop verifying") : tr("Verify"));
    m_verify->setEnabled(m_entry->state != Entry::State::unread && !m_entry->files.isEmpty());
}

} // namespace ui::models
