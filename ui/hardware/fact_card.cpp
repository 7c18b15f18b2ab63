// Placing of a card's parts.
#include "ui/hardware/fact_card.h"

#include <QGridLayout>
#include <QLabel>
#include <QPainter>
#include <QStyle>
#include <cmath>

#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/button.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/line_chart.h"
#include "ui/widgets/text_label.h"

namespace ui::hardware {

namespace metrics = theme::metrics;
using theme::TextRole;
using theme::Token;
using widgets::MutedLabel;
using widgets::TextLabel;

namespace {

constexpr int kSeconds = 60;
constexpr int kLeastWidth = 250;

} // namespace

FactCard::FactCard(theme::Icon icon, const QString& title, QWidget* parent)
    : Card(parent),
      m_icon(icon),
      m_title(new TextLabel(TextRole::Small, this)),
      m_name(new widgets::ElidedLabel(QString(), this)),
      m_facts(new QGridLayout),
      m_figure(new TextLabel(TextRole::Figure, this)),
      m_unit(new widgets::ElidedLabel(QString(), this)),
      m_span(new MutedLabel(TextRole::Caption, this)),
      m_chart(new widgets::LineChart(title, kSeconds, this)),
      m_measured(new MutedLabel(TextRole::Caption, this)),
      m_again(new widgets::Button(tr("Measure again"), this, theme::Variant::Flat, theme::Icon::Redo)) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    m_title->setText(title);
    m_title->setFont(theme::semibold(m_title->font()));
    m_title->setContentsMargins(metrics::kIconLarge + metrics::kSpace2, 0, 0, 0);
    m_title->setFixedHeight(metrics::kIconLarge);
    m_name->setFont(theme::semibold(theme::font(TextRole::Body)));
    m_facts->setHorizontalSpacing(metrics::kSpace3);
    m_facts->setVerticalSpacing(2);
    m_facts->setColumnStretch(1, 1);
    m_unit->setFont(theme::font(TextRole::Small));
    m_unit->setToken(Token::Muted);
    m_span->setText(tr("60 s"));
    theme::setSmall(m_again);
    m_again->setAccessibleName(tr("Measure again: %1").arg(title));
    m_again->hide();
    connect(m_again, &QAbstractButton::clicked, this, &FactCard::measureRequested);

    auto* live = new QHBoxLayout;
    live->setSpacing(metrics::kSpace1);
    live->addWidget(m_figure, 0, Qt::AlignBottom);
    live->addWidget(m_unit, 1, Qt::AlignBottom);
    live->addWidget(m_span, 0, Qt::AlignBottom);
    auto* foot = new QHBoxLayout;
    foot->addWidget(m_measured, 1);
    foot->addWidget(m_again);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 2, 0, 0);
    layout->setSpacing(metrics::kSpace2);
    layout->addWidget(m_title);
    layout->addWidget(m_name);
    layout->addLayout(m_facts);
    layout->addStretch(1);
    layout->addLayout(live);
    layout->addWidget(m_chart);
    layout->addLayout(foot);
}

void FactCard::setName(const QString& name) {
    m_name->setText(name);
}

void FactCard::setFacts(const Facts& facts) {
    while (m_rows.size() < facts.size()) {
        const int row = static_cast<int>(m_rows.size());
        auto* key = new MutedLabel(TextRole::Small, this);
        auto* value = new widgets::ElidedLabel(QString(), this);
        value->setFont(theme::font(TextRole::Small));
        value->setAlignment(Qt::AlignTrailing | Qt::AlignVCenter);
        m_facts->addWidget(key, row, 0);
        m_facts->addWidget(value, row, 1);
        m_rows.append({key, value});
    }
    for (qsizetype i = 0; i < m_rows.size(); ++i) {
        const bool used = i < facts.size();
        m_rows[i].first->setVisible(used);
        m_rows[i].second->setVisible(used);
        if (!used) continue;
        m_rows[i].first->setText(facts[i].first);
        m_rows[i].second->setText(facts[i].second);
    }
}

void FactCard::setLive(const QString& figure, const QString& unit, double value, double top) {
    m_figure->setText(figure);
    m_unit->setText(unit);
    m_chart->setTop(top);
    m_chart->append(value, std::isfinite(value) ? figure + QLatin1Char(' ') + unit : tr("not known"));
}

void FactCard::setMeasured(const QString& text, bool canMeasure) {
    m_measured->setText(text);
    m_again->setVisible(canMeasure);
}

QSize FactCard::minimumSizeHint() const {
    return Card::minimumSizeHint().expandedTo({kLeastWidth, 0});
}

void FactCard::paintEvent(QPaintEvent* event) {
    Card::paintEvent(event);
    QPainter painter(this);
    const QRect icon(m_title->x(), m_title->y(), metrics::kIconLarge, metrics::kIconLarge);
    const QRect place = QStyle::visualRect(layoutDirection(), m_title->geometry(), icon);
    theme::paintIcon(&painter, m_icon, place, theme::Palette::of(this)[Token::Muted]);
}

} // namespace ui::hardware
