// The status line.
#include "ui/shell/status_line.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QStyle>

#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/elided_label.h"

namespace ui::shell {

using app::bridge::EngineHost;
using State = EngineHost::State;
using theme::Token;

StatusLine::StatusLine(EngineHost& host, app::chat::ChatController& chat,
                       app::hardware::LiveSampling& sampling, QWidget* jobs, QWidget* parent)
    : Panel(Token::Window, parent, Qt::TopEdge),
      m_host(host),
      m_chat(chat),
      m_model(new widgets::ElidedLabel(QString(), this)),
      m_placement(new widgets::ElidedLabel(QString(), this)),
      m_work(new QLabel(this)),
      m_load(new QLabel(this)) {
    setObjectName(QStringLiteral("statusLine"));
    setFixedHeight(theme::metrics::kStatusBarHeight);
    m_model->setObjectName(QStringLiteral("statusModel"));
    m_placement->setObjectName(QStringLiteral("statusPlacement"));
    m_placement->setToken(Token::Muted);
    m_work->setObjectName(QStringLiteral("statusWork"));
    m_load->setObjectName(QStringLiteral("statusLoad"));
    const QFont small = theme::font(theme::TextRole::Small);
    for (QWidget* label : {static_cast<QWidget*>(m_model), static_cast<QWidget*>(m_placement),
                           static_cast<QWidget*>(m_work), static_cast<QWidget*>(m_load)})
        label->setFont(small);
    m_model->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    m_work->setForegroundRole(QPalette::PlaceholderText);
    m_load->setForegroundRole(QPalette::PlaceholderText);
    m_load->setAlignment(Qt::AlignTrailing | Qt::AlignVCenter);
    m_load->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    m_work->setAlignment(Qt::AlignCenter);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(28, 1, 12, 0);
    layout->setSpacing(theme::metrics::kSpace4);
    // The same width at both sides keeps the work in the middle.
    auto* left = new QHBoxLayout;
    left->setSpacing(0);
    left->addWidget(m_model);
    left->addWidget(m_placement, 1);
    auto* middle = new QHBoxLayout;
    middle->setSpacing(theme::metrics::kSpace2);
    middle->addStretch();
    middle->addWidget(m_work);
    middle->addWidget(jobs);
    middle->addStretch();
    layout->addLayout(left, 5);
    layout->addLayout(middle, 1);
    layout->addWidget(m_load, 5);
    connect(&host, &EngineHost::stateChanged, this, &StatusLine::showModel);
    connect(&host, &EngineHost::progressChanged, this, &StatusLine::showModel);
    connect(&chat, &app::chat::ChatController::stageChanged, this, &StatusLine::showWork);
    connect(&chat, &app::chat::ChatController::currentChanged, this, &StatusLine::showWork);
    connect(&sampling, &app::hardware::LiveSampling::sampled, this, &StatusLine::showSample);
    showModel();
    showWork();
    showSample(sampling.last());
}

void StatusLine::showModel() {
    QString text, placement;
    switch (m_host.state()) {
        case State::none:
            text = tr("No model");
            break;
        case State::loading:
            text = m_host.progress() < 0
                       ? tr("Loading %1").arg(m_host.modelName())
                       : tr("Loading %1 %2 %").arg(m_host.modelName()).arg(qRound(m_host.progress() * 100));
            break;
        case State::ready:
            text = m_host.model().quantization.isEmpty()
                       ? m_host.model().name
                       : QStringLiteral("%1 · %2").arg(m_host.model().name, m_host.model().quantization);
            placement = m_host.model().placement;
            break;
        case State::failed:
            text = tr("%1 could not be loaded").arg(m_host.modelName());
            break;
        case State::unloaded:
            text = tr("%1 is not loaded").arg(m_host.modelName());
            break;
    }
    m_model->setText(text);
    m_placement->setText(placement.isEmpty() ? QString() : QStringLiteral(" · ") + placement);
    update();
}

void StatusLine::showWork() {
    using Stage = app::chat::ChatController::Stage;
    switch (m_chat.stage()) {
        case Stage::none:
            m_work->setText(QString());
            break;
        case Stage::waitsForModel:
            m_work->setText(tr("Waiting for the model"));
            break;
        case Stage::waitsForOthers:
            m_work->setText(tr("Waiting for another reply"));
            break;
        case Stage::readsPrompt:
            m_work->setText(tr("Reading"));
            break;
        case Stage::writes:
            m_work->setText(tr("Generating"));
            break;
    }
}

void StatusLine::showSample(const app::hardware::LiveSample& sample) {
    const QLocale c = QLocale::c();
    QStringList parts;
    if (sample.cpuPercent >= 0) parts.append(tr("CPU %1 %").arg(qRound(sample.cpuPercent)));
    if (sample.memoryTotal > 0)
        parts.append(tr("RAM %1 / %2 GB")
                         .arg(c.toString(static_cast<double>(sample.memoryUsed) / 1e9, 'f', 1),
                              c.toString(static_cast<double>(sample.memoryTotal) / 1e9, 'f', 1)));
    if (sample.processMemory > 0)
        parts.append(
            tr("Tandem %1 GB").arg(c.toString(static_cast<double>(sample.processMemory) / 1e9, 'f', 1)));
    for (const app::bridge::GpuSample& gpu : sample.gpus) {
        if (gpu.memoryUsed >= 0)
            parts.append(tr("VRAM %1 / %2 GB")
                             .arg(c.toString(static_cast<double>(gpu.memoryUsed) / 1e9, 'f', 1),
                                  c.toString(static_cast<double>(gpu.memoryTotal) / 1e9, 'f', 1)));
    }
    m_loadParts = parts;
    showLoad();
}

// What does not fit is left out whole: half a number is a wrong one. Processor and memory go last.
void StatusLine::showLoad() {
    const auto text = [](const QStringList& parts) { return parts.join(QStringLiteral(" · ")); };
    QStringList shown = m_loadParts;
    while (shown.size() > 2 && m_load->fontMetrics().horizontalAdvance(text(shown)) > m_load->width())
        shown.removeLast();
    m_load->setText(text(shown));
    m_load->setToolTip(shown.size() < m_loadParts.size() ? text(m_loadParts) : QString());
}

void StatusLine::resizeEvent(QResizeEvent* event) {
    Panel::resizeEvent(event);
    // The layout gives the label its width after this.
    QMetaObject::invokeMethod(this, &StatusLine::showLoad, Qt::QueuedConnection);
}

void StatusLine::paintEvent(QPaintEvent* event) {
    Panel::paintEvent(event);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const theme::Palette palette = theme::Palette::of(this);
    const State state = m_host.state();
    painter.setPen(Qt::NoPen);
    painter.setBrush(palette[state == State::ready     ? Token::Ok
                             : state == State::failed  ? Token::Bad
                             : state == State::loading ? Token::Warn
                                                       : Token::Control]);
    painter.drawEllipse(QStyle::visualRect(layoutDirection(), rect(), QRect(12, (height() - 7) / 2, 8, 8)));
}

} // namespace ui::shell
