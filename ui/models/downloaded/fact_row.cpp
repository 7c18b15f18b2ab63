// Columns of captions and values.
#include "ui/models/downloaded/fact_row.h"

#include <QLabel>
#include <QStyle>
#include <QVBoxLayout>

#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"

namespace ui::models {

FactRow::FactRow(const QStringList& captions, QWidget* parent) : QWidget(parent) {
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    for (const QString& caption : captions) {
        auto* box = new QWidget(this);
        auto* column = new QVBoxLayout(box);
        column->setContentsMargins(0, 0, 0, 0);
        column->setSpacing(2);
        auto* name = new QLabel(caption, box);
        name->setFont(theme::font(theme::TextRole::Caption));
        name->setForegroundRole(QPalette::PlaceholderText);
        auto* value = new QLabel(box);
        value->setTextFormat(Qt::PlainText);
        column->addWidget(name);
        column->addWidget(value);
        m_facts.append({box, value});
    }
}

void FactRow::setValues(const QStringList& values) {
    for (qsizetype i = 0; i < m_facts.size(); ++i) {
        m_facts[i].value->setText(values.value(i));
        m_facts[i].box->setVisible(!values.value(i).isEmpty());
    }
    updateGeometry();
    place(width(), true);
}

int FactRow::place(int width, bool move) const {
    int x = 0, y = 0, line = 0;
    for (const Fact& fact : m_facts) {
        if (fact.box->isHidden()) continue;
        const QSize size = fact.box->sizeHint();
        if (x > 0 && x + size.width() > width) {
            x = 0;
            y += line + theme::metrics::kSpace2;
            line = 0;
        }
        if (move) fact.box->setGeometry(QStyle::visualRect(layoutDirection(), rect(), QRect({x, y}, size)));
        x += size.width() + theme::metrics::kSpace6;
        line = qMax(line, size.height());
    }
    return y + line;
}

QSize FactRow::sizeHint() const {
    int width = 0;
    for (const Fact& fact : m_facts)
        if (!fact.box->isHidden()) width += fact.box->sizeHint().width() + theme::metrics::kSpace6;
    return {width, place(width, false)};
}

QSize FactRow::minimumSizeHint() const {
    QSize least;
    for (const Fact& fact : m_facts)
        if (!fact.box->isHidden()) least = least.expandedTo(fact.box->sizeHint());
    return least;
}

void FactRow::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    place(width(), true);
}

} // namespace ui::models
