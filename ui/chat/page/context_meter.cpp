// The context meter: normal to 65 %, amber to 85 %, red above.
#include "ui/chat/page/context_meter.h"

#include <QLocale>
#include <QPainter>
#include <QStyle>

#include "ui/theme/fonts.h"
#include "ui/theme/palette.h"
#include "ui/widgets/count_spin_box.h"
#include "ui/widgets/meter_bar.h"

namespace ui::chat {

using app::chat::ChatController;
using theme::Token;
using widgets::grouped;

namespace {

constexpr int kBarWidth = 72;

} // namespace

ContextMeter::ContextMeter(ChatController& controller, QWidget* parent)
    : QWidget(parent), m_controller(controller), m_bar(new widgets::MeterBar(tr("Context used"), this)) {
    setObjectName(QStringLiteral("contextMeter"));
    connect(&controller, &ChatController::contextUsageChanged, this, &ContextMeter::update);
    update();
}

// Room for the widest number that this context can show, so that the header does not move while it fills.
void ContextMeter::reserve(qint64 size) {
    QString widest = grouped(size);
    for (QChar& c : widest)
        if (c.isDigit()) c = QLatin1Char('8');
    const QFontMetrics metrics(theme::font(theme::TextRole::Caption));
    setFixedSize(qMax(kBarWidth, metrics.horizontalAdvance(QStringLiteral("~%1 / %1").arg(widest)) + 2), 32);
}

void ContextMeter::update() {
    const app::chat::ContextUsage& usage = m_controller.contextUsage();
    reserve(usage.size);
    const bool known = usage.used >= 0 && usage.size > 0;
    const double share = known ? static_cast<double>(usage.used) / static_cast<double>(usage.size) : 0;
    m_text = known ? QStringLiteral("%1%2 / %3")
                         .arg(usage.estimated ? QStringLiteral("~") : QString(), grouped(usage.used),
                              grouped(usage.size))
             : usage.size > 0 ? QStringLiteral("– / %1").arg(grouped(usage.size))
                              : QString();
    m_bar->setVisible(usage.size > 0);
    m_bar->setFraction(qBound(0.0, share, 1.0));
    m_bar->setToken(share > 0.85 ? Token::Bad : share > 0.65 ? Token::Warn : Token::Accent);
    QString tip;
    if (known) {
        tip = tr("%1 % of the context is used").arg(qRound(share * 100));
        if (!usage.estimated)
            tip += tr("\nPrompt %1 tokens, of them %2 not read again\nReply %3 tokens")
                       .arg(grouped(usage.prompt), grouped(usage.cached), grouped(usage.completion));
        if (share > 0.85)
            tip += tr("\nAt 100 % the reply stops or the oldest turns are left out: see the inspector.");
    }
    setToolTip(tip);
    setAccessibleName(tr("Context: %1").arg(m_text));
    QWidget::update();
}

void ContextMeter::resizeEvent(QResizeEvent*) {
    const QRect box(width() - kBarWidth, height() - 9, kBarWidth, 5);
    m_bar->setGeometry(QStyle::visualRect(layoutDirection(), rect(), box));
}

void ContextMeter::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setFont(theme::font(theme::TextRole::Caption));
    painter.setPen(theme::Palette::of(this)[Token::Text]);
    painter.drawText(
        QRect(0, 0, width(), height() - 10),
        static_cast<int>(QStyle::visualAlignment(layoutDirection(), Qt::AlignRight) | Qt::AlignVCenter),
        m_text);
}

} // namespace ui::chat
