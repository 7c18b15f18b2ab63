// Its lines.
#include "ui/first_run/model_summary.h"

#include <QHBoxLayout>
#include <QLabel>

#include "ui/models/fit/fit_chip.h"
#include "ui/models/fit/model_words.h"
#include "ui/models/recommended/recommended_row.h"
#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/text_label.h"

namespace ui::first_run {

using app::downloads::CatalogueEntry;
using app::downloads::Recommendation;
using theme::TextRole;
using widgets::MutedLabel;
using widgets::TextLabel;

ModelSummary::ModelSummary(QWidget* parent)
    : QWidget(parent),
      m_best(new widgets::Chip(tr("Recommended for this computer"), this, widgets::Tone::Accent,
                               theme::Icon::Star)),
      m_fit(new widgets::Chip(QString(), this)),
      m_name(new TextLabel(TextRole::Figure, this)),
      m_description(new MutedLabel(TextRole::Body, this)),
      m_facts(new TextLabel(TextRole::Body, this)) {
    for (QLabel* text : {m_name, m_description, m_facts})
        text->setWordWrap(true);
    auto* top = new QHBoxLayout;
    top->addWidget(m_best);
    top->addStretch(1);
    top->addWidget(m_fit);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(theme::metrics::kSpace2);
    column->addLayout(top);
    column->addWidget(m_name);
    column->addWidget(m_description);
    column->addWidget(m_facts);
}

void ModelSummary::setModel(const Recommendation& model, const CatalogueEntry* known, bool best) {
    const models::FitChip fit = models::fitChip(model.plan.verdict, model.plan.missingBytes);
    m_best->setVisible(best);
    m_fit->setText(fit.text);
    m_fit->setTone(fit.tone);
    m_fit->setGlyph(fit.icon);
    m_name->setText(known ? known->name : model.repo);
    m_description->setText(known ? known->description : QString());
    const QString size = models::bytesText(model.variant.bytes);
    QStringList facts{model.estimate ? tr("About %1 to download (%2)").arg(size, model.variant.name)
                                     : tr("%1 to download (%2)").arg(size, model.variant.name),
                      tr("%1 of memory").arg(models::bytesText(model.memory))};
    if (const QString speed = models::speedWords(model); !speed.isEmpty())
        facts.append(tr("%1 expected").arg(speed));
    m_facts->setText(facts.join(QStringLiteral(" · ")));
}

QString ModelSummary::name() const {
    return m_name->text();
}

} // namespace ui::first_run
