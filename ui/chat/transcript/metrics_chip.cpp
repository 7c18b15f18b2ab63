// Figures in words, and the chip.
#include "ui/chat/transcript/metrics_chip.h"

#include <QHelpEvent>
#include <QLocale>
#include <QPainter>
#include <QToolTip>
#include <cmath>

#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/theme/style.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/count_spin_box.h"

namespace ui::chat::transcript {

using widgets::grouped;

namespace {

bool isRate(double value) {
    return std::isfinite(value) && value > 0;
}

QString rate(double value) {
    return MetricsChip::tr("%1 tok/s")
        .arg(value < 100 ? QLocale().toString(value, 'f', 1) : grouped(qRound64(value)));
}

} // namespace

QList<std::pair<QString, QString>> figuresOf(const Metrics& metrics) {
    QList<std::pair<QString, QString>> figures;
    const auto add = [&](const QString& name, const QString& value) { figures.append({name, value}); };
    if (metrics.promptTokens >= 0)
        add(MetricsChip::tr("Prompt"), MetricsChip::tr("%1 tokens").arg(grouped(metrics.promptTokens)));
    if (metrics.cachedTokens >= 0)
        add(MetricsChip::tr("Of these not read again"),
            MetricsChip::tr("%1 tokens").arg(grouped(metrics.cachedTokens)));
    if (isRate(metrics.promptTokensPerSecond))
        add(MetricsChip::tr("Prompt speed"), rate(metrics.promptTokensPerSecond));
    if (metrics.firstTokenSeconds >= 0)
        add(MetricsChip::tr("First token"),
            MetricsChip::tr("%1 s").arg(QLocale().toString(metrics.firstTokenSeconds, 'f', 2)));
    if (metrics.generatedTokens >= 0)
        add(MetricsChip::tr("Generated"), MetricsChip::tr("%1 tokens").arg(grouped(metrics.generatedTokens)));
    if (metrics.reasoningTokens > 0)
        add(MetricsChip::tr("Of these thinking"),
            MetricsChip::tr("%1 tokens").arg(grouped(metrics.reasoningTokens)));
    if (isRate(metrics.tokensPerSecond)) add(MetricsChip::tr("Speed"), rate(metrics.tokensPerSecond));
    if (!metrics.stopReason.isEmpty()) add(MetricsChip::tr("Ended"), metrics.stopReason);
    return figures;
}

MetricsChip::MetricsChip(QWidget* parent) : QAbstractButton(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    hide();
    // Without a mouse the figures come with Space.
    connect(this, &QAbstractButton::clicked, this, &MetricsChip::showFigures);
}

void MetricsChip::setMetrics(const Metrics& metrics) {
    m_metrics = metrics;
    const bool shown = isRate(metrics.tokensPerSecond) && metrics.generatedTokens != 0;
    setVisible(shown);
    if (!shown) return;
    setText(rate(metrics.tokensPerSecond));
    setAccessibleName(tr("Speed %1").arg(text()));
    QStringList lines;
    const auto figures = figuresOf(metrics);
    for (const auto& [name, value] : figures)
        lines << QStringLiteral("%1: %2").arg(name, value);
    setAccessibleDescription(lines.join(QStringLiteral("; ")));
    updateGeometry();
    update();
}

QSize MetricsChip::sizeHint() const {
    return {widgets::chipWidth(text(), theme::Icon::Bolt), theme::metrics::kChipHeight};
}

void MetricsChip::showFigures() {
    QString rows;
    const auto figures = figuresOf(m_metrics);
    for (const auto& [name, value] : figures)
        rows += QStringLiteral("<tr><td>%1</td><td align=\"right\">&nbsp;&nbsp;%2</td></tr>")
                    .arg(name.toHtmlEscaped(), value.toHtmlEscaped());
    QToolTip::showText(mapToGlobal(QPoint(0, height())), QStringLiteral("<table>%1</table>").arg(rows), this);
}

bool MetricsChip::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QAbstractButton::event(event);
    showFigures();
    return true;
}

void MetricsChip::setHiddenFromSight(bool hidden) {
    m_unseen = hidden;
    update();
}

void MetricsChip::paintEvent(QPaintEvent*) {
    if (m_unseen) return;
    QPainter painter(this);
    const theme::Palette palette = theme::Palette::of(this);
    const QColor ink = palette[underMouse() ? theme::Token::Text : theme::Token::Muted];
    theme::paintRounded(&painter, rect(), height() / 2.0, palette[theme::Token::Hover],
                        palette.tintsNeedEdge() ? ink : QColor());
    const QRect glyph(8, (height() - 14) / 2, 14, 14);
    theme::paintIcon(&painter, theme::Icon::Bolt, QStyle::visualRect(layoutDirection(), rect(), glyph), ink);
    painter.setFont(theme::font(theme::TextRole::Caption));
    painter.setPen(ink);
    const QRect label = QStyle::visualRect(layoutDirection(), rect(), rect().adjusted(26, 0, -8, 0));
    painter.drawText(label, Qt::AlignVCenter | Qt::AlignLeft, text());
}

} // namespace ui::chat::transcript
