// One line about the import.
#include "ui/models/downloaded/import_row.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include "ui/models/fit/model_words.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/meter_bar.h"

namespace ui::models {

using app::library::Importer;

ImportRow::ImportRow(Importer& importer, QWidget* parent)
    : Panel(theme::Token::Window, parent, Qt::TopEdge),
      m_name(new widgets::ElidedLabel(QString(), this)),
      m_bar(new widgets::MeterBar(tr("Import"), this)),
      m_amount(new widgets::ElidedLabel(QString(), this)) {
    setObjectName(QStringLiteral("importRow"));
    m_amount->setToken(theme::Token::Muted);
    auto* cancel = new widgets::IconButton(theme::Icon::Close, tr("Cancel the import"), this,
                                           widgets::IconButton::Size::Small);
    cancel->setObjectName(QStringLiteral("importCancel"));
    connect(cancel, &QAbstractButton::clicked, &importer, &Importer::cancel);
    auto* texts = new QVBoxLayout;
    texts->setSpacing(theme::metrics::kSpace1);
    texts->addWidget(m_name);
    texts->addWidget(m_bar);
    texts->addWidget(m_amount);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 8, 8, 8);
    row->addLayout(texts, 1);
    row->addWidget(cancel);
    hide();
    connect(&importer, &Importer::started, this, [this](const QString& name) {
        m_name->setText(tr("Taking in %1").arg(name));
        m_bar->setFraction(0);
        m_amount->setText(tr("looking at the files…"));
        show();
    });
    connect(&importer, &Importer::progressed, this, [this](qint64 done, qint64 total) {
        m_bar->setFraction(total > 0 ? static_cast<double>(done) / static_cast<double>(total) : 0);
        m_amount->setText(tr("%1 of %2").arg(bytesText(done), bytesText(total)));
    });
    connect(&importer, &Importer::finished, this, [this, &importer] { setVisible(importer.isAtWork()); });
}

} // namespace ui::models
