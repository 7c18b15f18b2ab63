// One line about the work, one about how far it is.
#include "ui/models/downloaded/job_row.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include "ui/models/fit/model_words.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/meter_bar.h"

namespace ui::models {

JobRow::JobRow(const QString& name, const QString& cancel, QWidget* parent)
    : Panel(theme::Token::Window, parent, Qt::TopEdge),
      m_title(new widgets::ElidedLabel(QString(), this)),
      m_bar(new widgets::MeterBar(name, this)),
      m_amount(new widgets::ElidedLabel(QString(), this)) {
    m_amount->setToken(theme::Token::Muted);
    auto* button =
        new widgets::IconButton(theme::Icon::Close, cancel, this, widgets::IconButton::Size::Small);
    button->setObjectName(QStringLiteral("jobCancel"));
    connect(button, &QAbstractButton::clicked, this, &JobRow::cancelRequested);
    auto* texts = new QVBoxLayout;
    texts->setSpacing(theme::metrics::kSpace1);
    texts->addWidget(m_title);
    texts->addWidget(m_bar);
    texts->addWidget(m_amount);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 8, 8, 8);
    row->addLayout(texts, 1);
    row->addWidget(button);
    hide();
}

void JobRow::begin(const QString& title) {
    m_title->setText(title);
    m_bar->setFraction(0);
    m_amount->setText(tr("looking at the files…"));
    show();
}

void JobRow::setProgress(qint64 done, qint64 total) {
    m_bar->setFraction(total > 0 ? static_cast<double>(done) / static_cast<double>(total) : 0);
    m_amount->setText(tr("%1 of %2").arg(bytesText(done), bytesText(total)));
}

} // namespace ui::models
