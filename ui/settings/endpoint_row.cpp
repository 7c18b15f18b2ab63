// Checking what was typed before it counts.
#include "ui/settings/endpoint_row.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QVBoxLayout>

#include "app/downloads/hub_address.h"
#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/theme/palette.h"
#include "ui/widgets/button.h"

namespace ui::settings {

using app::downloads::EndpointVerdict;
using app::settings::kHubEndpoint;

namespace {
constexpr int kFieldWidth = 320, kNoteWidth = 540;
}

EndpointRow::EndpointRow(app::settings::Settings& settings, QWidget* parent)
    : QWidget(parent),
      m_settings(settings),
      m_field(new QLineEdit(this)),
      m_reset(new widgets::Button(tr("Reset"), this)),
      m_problem(new QLabel(this)) {
    m_field->setObjectName(QStringLiteral("hubEndpoint"));
    m_field->setAccessibleName(tr("Address of the model hub"));
    m_field->setFixedWidth(kFieldWidth);
    m_reset->setObjectName(QStringLiteral("resetEndpoint"));
    m_reset->setAccessibleName(tr("Reset the address of the model hub"));
    m_reset->setToolTip(tr("Back to %1").arg(kHubEndpoint.fallback));
    m_problem->setObjectName(QStringLiteral("endpointProblem"));
    m_problem->setFont(theme::font(theme::TextRole::Small));
    m_problem->setTextFormat(Qt::PlainText);
    m_problem->setWordWrap(true);
    m_problem->hide();
    auto* line = new QHBoxLayout;
    line->setSpacing(theme::metrics::kSpace2);
    line->addWidget(m_field);
    line->addWidget(m_reset);
    line->addStretch(1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::metrics::kSpace1);
    layout->addLayout(line);
    layout->addWidget(m_problem);
    setFocusProxy(m_field);
    connect(m_field, &QLineEdit::editingFinished, this, &EndpointRow::take);
    connect(m_reset, &QAbstractButton::clicked, this, [this] {
        m_settings.reset(kHubEndpoint);
        showStored(); // also when only what was typed was wrong
    });
    connect(&settings, &app::settings::Settings::changed, this, [this](const QString& changed) {
        if (app::settings::Settings::is(changed, kHubEndpoint)) showStored();
    });
    dress();
    showStored();
}

void EndpointRow::take() {
    const QString typed = m_field->text().trimmed();
    const EndpointVerdict verdict = app::downloads::checkEndpoint(typed);
    const QString used = m_settings.value(kHubEndpoint);
    if (verdict == EndpointVerdict::good) {
        m_settings.setValue(kHubEndpoint, typed);
        return showStored();
    }
    m_problem->setText(verdict == EndpointVerdict::notSecure
                           ? tr("Plain http is for this computer only: others could read what is sent. "
                                "Write https. Until then %1 is used.")
                                 .arg(used)
                           : tr("This is no address of a hub. Until it is one, %1 is used.").arg(used));
    // The row stands in layouts that ask for no height for a width.
    m_problem->setFixedSize(kNoteWidth, m_problem->heightForWidth(kNoteWidth));
    m_problem->show();
    m_reset->setEnabled(true); // away from what was typed, too
    m_field->setAccessibleDescription(m_problem->text());
}

void EndpointRow::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange) dress();
    QWidget::changeEvent(event);
}

void EndpointRow::dress() {
    QPalette palette = m_problem->palette();
    palette.setColor(QPalette::WindowText, theme::Palette::of(this)[theme::Token::Bad]);
    m_problem->setPalette(palette);
}

void EndpointRow::showStored() {
    const QString used = m_settings.value(kHubEndpoint);
    m_field->setText(used);
    m_problem->hide();
    m_field->setAccessibleDescription({});
    m_reset->setEnabled(used != kHubEndpoint.fallback);
}

} // namespace ui::settings
