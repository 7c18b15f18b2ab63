// Head, facts, table.
#include "ui/models/explore/explore_pane.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/models/explore/variant_list.h"
#include "ui/models/fit/model_words.h"
#include "ui/models/fit/variant_row.h"
#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/button.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/count_spin_box.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/text_label.h"

namespace ui::models {

using app::downloads::Explore;
using app::downloads::RepoListing;

namespace {

void clear(QHBoxLayout* row) {
    while (QLayoutItem* item = row->takeAt(0)) {
        if (QWidget* widget = item->widget()) widget->deleteLater();
        delete item;
    }
}

} // namespace

ExplorePane::ExplorePane(Explore& explore, QWidget* parent)
    : Panel(theme::Token::Base, parent), m_explore(explore), m_stack(new QStackedWidget(this)) {
    setObjectName(QStringLiteral("explorePane"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_stack);
    m_stack->addWidget(new widgets::EmptyState(theme::Icon::Cube,
                                               tr("Choose a model to see what it would do on this computer."),
                                               QString(), m_stack));
    m_stack->addWidget(buildPage());
    connect(&explore, &Explore::pageChanged, this, &ExplorePane::showPage);
    showPage();
}

QWidget* ExplorePane::buildPage() {
    auto* page = new QWidget(m_stack);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, theme::metrics::kSpace4);
    column->setSpacing(0);
    column->addWidget(buildHead());
    column->addWidget(new widgets::Separator(Qt::Horizontal, page));
    column->addWidget(buildTable(), 1);
    return page;
}

QWidget* ExplorePane::buildHead() {
    auto* head = new QWidget(this);
    auto* column = new QVBoxLayout(head);
    const int margin = theme::metrics::kPageMargin;
    column->setContentsMargins(margin, theme::metrics::kSpace4, margin, theme::metrics::kSpace4);
    column->setSpacing(6);
    auto* row = new QHBoxLayout;
    row->setSpacing(theme::metrics::kSpace3);
    m_title = new widgets::ElidedLabel(QString(), head);
    m_title->setObjectName(QStringLiteral("exploreTitle"));
    m_title->setFont(theme::font(theme::TextRole::Figure));
    m_tags = new QHBoxLayout;
    m_tags->setSpacing(theme::metrics::kSpace2);
    auto* card = new widgets::Button(tr("Model card"), head, theme::Variant::Normal, theme::Icon::External);
    card->setObjectName(QStringLiteral("modelCard"));
    theme::setSmall(card);
    connect(card, &QPushButton::clicked, this, [this] { Q_EMIT cardRequested(m_explore.page().repo); });
    row->addWidget(m_title);
    row->addLayout(m_tags);
    row->addStretch(1);
    row->addWidget(card);
    column->addLayout(row);
    m_description = new widgets::MutedLabel(theme::TextRole::Body, head);
    m_description->setWordWrap(true);
    m_description->setMaximumWidth(760);
    column->addWidget(m_description);
    m_facts = new QHBoxLayout;
    m_facts->setSpacing(theme::metrics::kSpace6);
    m_facts->setContentsMargins(0, 6, 0, 0);
    column->addLayout(m_facts);
    m_problem = new widgets::Banner(head);
    m_problem->setObjectName(QStringLiteral("pageProblem"));
    m_problem->setContentsMargins(0, theme::metrics::kSpace2, 0, 0);
    m_problem->hide();
    connect(m_problem, &widgets::Banner::actionRequested, &m_explore, &Explore::retry);
    column->addWidget(m_problem);
    return head;
}

QWidget* ExplorePane::buildTable() {
    auto* box = new QWidget(this);
    auto* column = new QVBoxLayout(box);
    const int margin = theme::metrics::kPageMargin;
    column->setContentsMargins(margin, theme::metrics::kSpace3, margin, 0);
    column->setSpacing(theme::metrics::kSpace2);
    auto* row = new QHBoxLayout;
    auto* title = new QLabel(tr("Variants"), box);
    title->setFont(theme::semibold(theme::font(theme::TextRole::Body)));
    m_machine = new widgets::ElidedLabel(QString(), box);
    m_machine->setFont(theme::font(theme::TextRole::Caption));
    m_machine->setToken(theme::Token::Muted);
    m_machine->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    row->addWidget(title);
    row->addWidget(m_machine, 1);
    column->addLayout(row);
    m_table = new QStackedWidget(box);
    auto* frame = new widgets::Card(m_table);
    frame->setContentsMargins(0, 0, 0, 0);
    auto* rows = new QVBoxLayout(frame);
    rows->setContentsMargins(1, 1, 1, 1);
    rows->setSpacing(0);
    m_variants = new VariantList(*m_explore.variants(), frame);
    rows->addWidget(new VariantHead(m_variants, frame));
    rows->addWidget(m_variants, 1);
    connect(m_variants, &VariantList::downloadRequested, this, [this](int at) {
        const app::downloads::VariantRow* variant = m_explore.variants()->row(at);
        if (variant && !variant->heading && !m_explore.page().revision.isEmpty())
            Q_EMIT downloadRequested(m_explore.page().repo, m_explore.page().revision, variant->variant);
    });
    m_nothing = new widgets::EmptyState(theme::Icon::File, QString(), QString(), m_table);
    m_table->addWidget(frame);
    m_table->addWidget(m_nothing);
    column->addWidget(m_table, 1);
    m_sentence = new widgets::MutedLabel(theme::TextRole::Caption, box);
    m_sentence->setObjectName(QStringLiteral("variantSentence"));
    m_sentence->setWordWrap(true);
    column->addWidget(m_sentence);
    connect(m_variants, &VariantList::rowChosen, this, &ExplorePane::showSentence);
    connect(m_explore.variants(), &QAbstractItemModel::dataChanged, this, &ExplorePane::showSentence);
    return box;
}

void ExplorePane::setMachineText(const QString& text) {
    m_machine->setText(text.isEmpty() ? QString() : tr("Estimated for %1").arg(text));
}

void ExplorePane::showTags() {
    clear(m_tags);
    const auto add = [this](const QString& text) {
        m_tags->addWidget(new widgets::Chip(text, this, widgets::Tone::Outline));
    };
    const auto* known = m_explore.known(m_explore.page().repo);
    const QStringList tags = known ? known->tags : QStringList();
    if (tags.contains(QLatin1String("moe"))) add(tr("MoE"));
    if (tags.contains(QLatin1String("thinking"))) add(tr("Thinking"));
    if (tags.contains(QLatin1String("tools"))) add(tr("Tools"));
    if (tags.contains(QLatin1String("code"))) add(tr("Code"));
    if (m_explore.page().facts.gated) add(tr("Terms to accept"));
}

void ExplorePane::showFacts() {
    clear(m_facts);
    const RepoListing& page = m_explore.page();
    const auto* known = m_explore.known(page.repo);
    const auto add = [this](const QString& name, const QString& value) {
        if (value.isEmpty()) return;
        auto* box = new QWidget(this);
        auto* column = new QVBoxLayout(box);
        column->setContentsMargins(0, 0, 0, 0);
        column->setSpacing(2);
        column->addWidget(new widgets::MutedLabel(theme::TextRole::Caption, box, name));
        column->addWidget(new widgets::TextLabel(theme::TextRole::Small, box, value));
        m_facts->addWidget(box);
    };
    QString parameters = countText(page.parameters);
    if (known && known->active > 0 && known->active < known->parameters)
        parameters = tr("%1 · %2 active").arg(countText(known->parameters), countText(known->active));
    add(tr("Licence"), page.licence);
    add(tr("Parameters"), parameters);
    add(tr("Context"), page.context > 0 ? widgets::grouped(page.context) : QString());
    add(tr("Published by"), page.repo.section(QLatin1Char('/'), 0, 0));
    add(tr("Updated"),
        QLocale().toString(page.facts.updated.toLocalTime().date(), QStringLiteral("d MMM yyyy")));
    m_facts->addStretch();
}

void ExplorePane::showSentence() {
    const app::downloads::VariantRow* row = m_explore.variants()->row(m_variants->currentIndex().row());
    QString text;
    if (row && !row->heading && !row->problem.isEmpty()) text = row->problem;
    if (row && !row->heading && row->plan)
        text = row->plan->sentence + QLatin1Char(' ') + row->plan->suggestion;
    m_sentence->setText(text.trimmed().isEmpty()
                            ? QString()
                            : QStringLiteral("%1: %2").arg(row->variant.name, text.trimmed()));
}

void ExplorePane::showPage() {
    const RepoListing& page = m_explore.page();
    m_stack->setCurrentIndex(page.repo.isEmpty() ? 0 : 1);
    if (page.repo.isEmpty()) return;
    const auto* known = m_explore.known(page.repo);
    m_title->setText(known ? known->name : page.repo.section(QLatin1Char('/'), -1));
    m_description->setText(page.description);
    m_description->setVisible(!page.description.isEmpty());
    showTags();
    showFacts();
    const auto problem = m_explore.pageProblem().message();
    m_problem->setVisible(!problem.isEmpty());
    if (!problem.isEmpty()) {
        m_problem->setMessage(widgets::Banner::Severity::Warning, problem.title,
                              problem.hint.isEmpty() ? problem.text : problem.hint, problem.details);
        m_problem->setAction(tr("Try again"));
    }
    const bool empty = m_explore.variants()->rowCount() == 0;
    m_nothing->setSentence(m_explore.loading() ? tr("Asking the hub…")
                           : problem.isEmpty()
                               ? tr("This repository has no model files that can be run here.")
                               : tr("Its files are not known without the hub."));
    m_table->setCurrentIndex(empty ? 1 : 0);
    m_variants->setDownloadable(!page.revision.isEmpty());
}

} // namespace ui::models
