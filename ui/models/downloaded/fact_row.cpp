// Columns of captions and values.
#include "ui/models/downloaded/fact_row.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"

namespace ui::models {

FactRow::FactRow(const QStringList& captions, QWidget* parent) : QWidget(parent) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(theme::metrics::kSpace6);
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
        row->addWidget(box);
        m_facts.append({box, value});
    }
    row->addStretch();
}

void FactRow::setValues(const QStringList& values) {
    for (qsizetype i = 0; i < m_facts.size(); ++i) {
        m_facts[i].value->setText(values.value(i));
        m_facts[i].box->setVisible(!values.value(i).isEmpty());
    }
}

} // namespace ui::models
