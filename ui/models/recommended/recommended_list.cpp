// Title, bar, rows.
#include "ui/models/recommended/recommended_list.h"

#include <QLabel>
#include <QVBoxLayout>

#include "ui/models/recommended/find_bar.h"
#include "ui/models/recommended/recommended_row.h"
#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"

namespace ui::models {

using app::downloads::Recommendation;
using app::downloads::Recommendations;

namespace {
constexpr qsizetype kShown = 5;
}

RecommendedList::RecommendedList(Recommendations& recommendations, QWidget* parent)
    : Card(parent), m_recommendations(recommendations), m_column(new QVBoxLayout(this)) {
    setObjectName(QStringLiteral("recommendedList"));
    setAccessibleName(tr("What runs well here"));
    auto* title = new QLabel(tr("What runs well here"), this);
    title->setFont(theme::semibold(theme::font(theme::TextRole::Body)));
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(theme::metrics::kSpace2);
    m_column->addWidget(title);
    m_column->addWidget(new FindBar(recommendations, this));
    m_column->addWidget(m_head = new RecommendedHead(this));
    connect(&recommendations, &Recommendations::changed, this, &RecommendedList::refresh);
    refresh();
}

void RecommendedList::refresh() {
    const QList<Recommendation>& models = m_recommendations.models();
    const qsizetype count = qMin(kShown, models.size());
    m_head->setVisible(count > 0);
    while (m_rows.size() < count) {
        auto* row = new RecommendedRow(this);
        connect(row, &QAbstractButton::clicked, this,
                [this, row] { Q_EMIT modelRequested(row->model().repo); });
        m_column->addWidget(row);
        m_rows.append(row);
    }
    while (m_rows.size() > count)
        m_rows.takeLast()->deleteLater();
    for (qsizetype i = 0; i < count; ++i) {
        const auto* entry = m_recommendations.known(models[i].repo);
        m_rows[i]->setModel(entry ? entry->name : models[i].repo, models[i]);
        m_rows[i]->setObjectName(QStringLiteral("recommended:") + models[i].repo);
    }
}

} // namespace ui::models
