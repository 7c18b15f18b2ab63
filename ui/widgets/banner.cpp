// Layout and colours of the banner.
#include "ui/widgets/banner.h"

#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/theme/style.h"
#include "ui/widgets/button.h"
#include "ui/widgets/icon_button.h"

namespace ui::widgets {
namespace {

using theme::Token;

constexpr int kMargin = 12;

QLabel* makeLabel(QWidget* parent, theme::TextRole role, Qt::TextInteractionFlags flags) {
    auto* label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setFont(theme::font(role));
    label->setTextInteractionFlags(flags);
    label->hide();
    return label;
}

void setOrHide(QLabel* label, const QString& text) {
    label->setText(text);
    label->setVisible(!text.isEmpty());
}

} // namespace

Banner::Banner(QWidget* parent)
    : QWidget(parent),
      m_title(makeLabel(this, theme::TextRole::Body, Qt::NoTextInteraction)),
      m_text(makeLabel(this, theme::TextRole::Body, Qt::TextSelectableByMouse)),
      m_details(makeLabel(this, theme::TextRole::Code, Qt::TextSelectableByMouse)),
      m_more(new Button(tr("Details"), this, theme::Variant::Flat)),
      m_copy(new Button(tr("Copy details"), this, theme::Variant::Flat, theme::Icon::Copy)),
      m_action(new Button(QString(), this)),
      m_close(new IconButton(theme::Icon::Close, tr("Dismiss"), this, IconButton::Size::Small)) {
    for (Button* button : {m_more, m_copy, m_action})
        theme::setSmall(button);
    m_title->setFont(theme::semibold(m_title->font()));
    m_title->setForegroundRole(QPalette::WindowText); // also on a surface whose text has the role Text
    auto* buttons = new QHBoxLayout;
    for (Button* button : {m_action, m_more, m_copy})
        buttons->addWidget(button);
    buttons->addStretch(1);
    auto* column = new QVBoxLayout;
    column->setSpacing(theme::metrics::kSpace1);
    for (QLabel* label : {m_title, m_text, m_details})
        column->addWidget(label);
    column->addLayout(buttons);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(kMargin + 28, kMargin, kMargin, kMargin);
    row->addLayout(column, 1);
    row->addWidget(m_close, 0, Qt::AlignTop);
    m_more->setCheckable(true);
    for (QWidget* part : {static_cast<QWidget*>(m_more), static_cast<QWidget*>(m_copy),
                          static_cast<QWidget*>(m_action), static_cast<QWidget*>(m_close)})
        part->hide();
    connect(m_more, &QAbstractButton::toggled, this, &Banner::showDetails);
    connect(m_copy, &QAbstractButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(m_details->text()); });
    connect(m_action, &QAbstractButton::clicked, this, &Banner::actionRequested);
    connect(m_close, &QAbstractButton::clicked, this, [this] {
        hide();
        Q_EMIT dismissed();
    });
}

void Banner::setMessage(Severity severity, const QString& title, const QString& text,
                        const QString& details) {
    m_severity = severity;
    setOrHide(m_title, title);
    setOrHide(m_text, text);
    m_details->setText(details);
    m_more->setVisible(!details.isEmpty());
    m_more->setChecked(false);
    showDetails(false);
    setAccessibleName(QStringLiteral("%1 %2").arg(title, text).trimmed());
    dress();
}

void Banner::setAction(const QString& label) {
    m_action->setText(label);
    m_action->setVisible(!label.isEmpty());
}

void Banner::setDismissible(bool dismissible) {
    m_close->setVisible(dismissible);
}

void Banner::showDetails(bool show) {
    m_details->setVisible(show && !m_details->text().isEmpty());
    m_copy->setVisible(show && !m_details->text().isEmpty());
    m_more->setText(show ? tr("Hide details") : tr("Details"));
}

void Banner::dress() {
    const theme::Palette palette = theme::Palette::of(this);
    const Token ink = m_severity == Severity::Error     ? Token::Bad
                      : m_severity == Severity::Warning ? Token::Warn
                                                        : Token::Accent;
    QPalette title = m_title->palette();
    title.setColor(QPalette::WindowText, palette[ink]);
    if (m_title->palette().color(QPalette::WindowText) != palette[ink]) m_title->setPalette(title);
    update();
}

void Banner::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) dress();
}

void Banner::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const theme::Palette palette = theme::Palette::of(this);
    const auto [fill, ink, icon] = [&]() -> std::tuple<Token, Token, theme::Icon> {
        if (m_severity == Severity::Error) return {Token::BadTint, Token::Bad, theme::Icon::Warn};
        if (m_severity == Severity::Warning) return {Token::WarnTint, Token::Warn, theme::Icon::Warn};
        return {Token::AccentTint, Token::Accent, theme::Icon::Info};
    }();
    theme::paintRounded(&painter, rect(), theme::metrics::kRadiusCard, palette[fill],
                        palette.tintsNeedEdge() ? palette[ink] : QColor());
    const QRect glyph(kMargin, kMargin, theme::metrics::kIconLarge, theme::metrics::kIconLarge);
    theme::paintIcon(&painter, icon, QStyle::visualRect(layoutDirection(), rect(), glyph), palette[ink]);
}

} // namespace ui::widgets
