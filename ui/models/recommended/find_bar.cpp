// Words for each state.
#include "ui/models/recommended/find_bar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <algorithm>

#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/button.h"
#include "ui/widgets/meter_bar.h"
#include "ui/widgets/text_label.h"

namespace ui::models {

namespace metrics = theme::metrics;
using app::downloads::Recommendation;
using app::downloads::Recommendations;

FindBar::FindBar(Recommendations& recommendations, QWidget* parent)
    : QWidget(parent),
      m_recommendations(recommendations),
      m_words(new widgets::MutedLabel(theme::TextRole::Small, this)),
      m_progress(new widgets::MeterBar(tr("Models looked at"), this)),
      m_button(new widgets::Button(QString(), this)),
      m_problem(new widgets::Banner(this)) {
    m_words->setObjectName(QStringLiteral("findWords"));
    m_words->setWordWrap(true);
    m_progress->setFixedWidth(120);
    m_button->setObjectName(QStringLiteral("findModels"));
    theme::setSmall(m_button);
    m_problem->setObjectName(QStringLiteral("findProblem"));
    connect(m_button, &QAbstractButton::clicked, this, [this] {
        m_recommendations.searching() ? m_recommendations.cancel() : m_recommendations.search();
    });
    auto* row = new QHBoxLayout;
    row->setSpacing(metrics::kSpace3);
    row->addWidget(m_words, 1);
    row->addWidget(m_progress);
    row->addWidget(m_button);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::kSpace2);
    column->addLayout(row);
    column->addWidget(m_problem);
    setFocusProxy(m_button);
    connect(&recommendations, &Recommendations::changed, this, &FindBar::refresh);
    refresh();
}

void FindBar::refresh() {
    const bool searching = m_recommendations.searching();
    m_words->setText(words());
    m_progress->setVisible(searching);
    m_progress->setFraction(
        m_recommendations.total() > 0 ? double(m_recommendations.looked()) / m_recommendations.total() : 0);
    m_button->setText(searching ? tr("Stop") : tr("Ask the hub"));
    m_button->setGlyph(searching ? theme::Icon::Stop : theme::Icon::Globe);
    showMisses();
}

QString FindBar::words() const {
    if (m_recommendations.searching())
        return tr("Looking at model %1 of %2")
            .arg(qMin(m_recommendations.looked() + 1, m_recommendations.total()))
            .arg(m_recommendations.total());
    QList<QDateTime> asked;
    for (const Recommendation& model : m_recommendations.models())
        if (!model.estimate) asked.append(model.taken);
    if (!asked.isEmpty()) {
        const QString when = QLocale().toString(std::min_element(asked.begin(), asked.end())->date(),
                                                QStringLiteral("d MMM yyyy"));
        const QString exact = asked.size() == 1
                                  ? tr("One model as the hub offered it on %1").arg(when)
                                  : tr("%1 models as the hub offered them on %2").arg(asked.size()).arg(when);
        return asked.size() < m_recommendations.models().size() ? tr("%1, the others estimated").arg(exact)
                                                                : exact;
    }
    const QString price = tr("The hub gives exact figures: of %1 models about 10 MB each are read.")
                              .arg(m_recommendations.count());
    return m_recommendations.models().isEmpty()
               ? price
               : tr("Estimated without a network.") + QLatin1Char(' ') + price;
}

void FindBar::showMisses() {
    const QList<Recommendations::Miss>& misses = m_recommendations.misses();
    const bool shown = !misses.isEmpty() && !m_recommendations.searching();
    m_problem->setVisible(shown);
    if (!shown) return;
    QStringList lines;
    for (const Recommendations::Miss& miss : misses)
        lines.append(miss.name + QStringLiteral(": ") + miss.why);
    if (const app::downloads::Problem& hub = m_recommendations.hubProblem())
        return m_problem->setMessage(widgets::Banner::Severity::Warning, hub.message().title, hub.hint,
                                     hub.text);
    m_problem->setMessage(widgets::Banner::Severity::Info,
                          misses.size() == 1 ? tr("%1 could not be looked at").arg(misses.first().name)
                                             : tr("%1 models could not be looked at").arg(misses.size()),
                          misses.size() == 1 ? misses.first().why : QString(), lines.join(QLatin1Char('\n')));
}

} // namespace ui::models
