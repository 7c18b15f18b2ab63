// The hardware page.
#include "ui/hardware/hardware_page.h"

#include <QClipboard>
#include <QDir>
#include <QGridLayout>
#include <QGuiApplication>
#include <QLabel>
#include <QLocale>
#include <QScrollArea>
#include <QStyle>
#include <algorithm>
#include <cmath>

#include "app/hardware/report.h"
#include "ui/hardware/fact_card.h"
#include "ui/hardware/machine_texts.h"
#include "ui/hardware/placement_view.h"
#include "ui/hardware/speed_table.h"
#include "ui/models/recommended/recommended_list.h"
#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/button.h"
#include "ui/widgets/meter_bar.h"

namespace ui::hardware {

namespace metrics = theme::metrics;
using app::hardware::LiveSample;
using app::hardware::Machine;
using State = Machine::State;

namespace {

constexpr int kLeastCard = 250;
constexpr int kMostColumns = 4;

QString stepText(Machine::Step step) {
    switch (step) {
        case Machine::Step::memory:
            return HardwarePage::tr("Measuring the memory");
        case Machine::Step::kernels:
            return HardwarePage::tr("Measuring the kernels");
        case Machine::Step::disks:
            return HardwarePage::tr("Measuring the disks");
        case Machine::Step::gpus:
            return HardwarePage::tr("Measuring the GPUs");
    }
    return {};
}

} // namespace

HardwarePage::HardwarePage(app::application::Application& application, QWidget* parent)
    : Panel(theme::Token::Base, parent),
      m_application(application),
      m_machine(application.machine()),
      m_banner(new widgets::Banner(this)) {
    setObjectName(QStringLiteral("hardwarePage"));
    m_banner->setDismissible(true);
    m_banner->hide();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(buildHeader());
    layout->addWidget(m_banner);
    layout->addWidget(buildBody(), 1);
    setFocusProxy(m_measure);
    connect(&m_machine, &Machine::profileChanged, this, &HardwarePage::showProfile);
    connect(&m_machine, &Machine::stateChanged, this, &HardwarePage::showState);
    connect(&m_machine, &Machine::progressChanged, this, &HardwarePage::showState);
    connect(&application.liveSampling(), &app::hardware::LiveSampling::sampled, this,
            &HardwarePage::showSample);
    connect(m_banner, &widgets::Banner::dismissed, m_banner, &QWidget::hide);
    showProfile();
    showState();
    showSample(application.liveSampling().last());
}

QWidget* HardwarePage::buildHeader() {
    auto* header = new Panel(theme::Token::Base, this, Qt::BottomEdge);
    header->setFixedHeight(metrics::kHeaderHeight);
    auto* title = new QLabel(tr("Hardware"), header);
    title->setFont(theme::font(theme::TextRole::Title));
    m_progressText = new QLabel(header);
    m_progressText->setFont(theme::font(theme::TextRole::Small));
    m_progressText->setForegroundRole(QPalette::PlaceholderText);
    m_progress = new widgets::MeterBar(tr("Measurement"), header);
    m_progress->setFixedWidth(120);
    m_measure = new widgets::Button(tr("Measure all"), header, theme::Variant::Normal, theme::Icon::Redo);
    m_measure->setObjectName(QStringLiteral("measureAll"));
    m_copy = new widgets::Button(tr("Copy report"), header, theme::Variant::Normal, theme::Icon::Copy);
    m_copy->setObjectName(QStringLiteral("copyReport"));
    for (widgets::Button* button : {m_measure, m_copy})
        theme::setSmall(button);
    connect(m_measure, &QAbstractButton::clicked, this,
            [this] { m_machine.state() == State::calibrating ? m_machine.cancel() : m_machine.measure(); });
    connect(m_copy, &QAbstractButton::clicked, this, &HardwarePage::copyReport);
    auto* layout = new QHBoxLayout(header);
    layout->setContentsMargins(metrics::kPageMargin, 0, metrics::kPageMargin, 1);
    layout->setSpacing(metrics::kSpace2);
    layout->addWidget(title);
    layout->addStretch(1);
    layout->addWidget(m_progressText);
    layout->addWidget(m_progress);
    layout->addSpacing(metrics::kSpace2);
    layout->addWidget(m_measure);
    layout->addWidget(m_copy);
    return header;
}

QWidget* HardwarePage::buildBody() {
    auto* content = new QWidget;
    m_cards = new QWidget(content);
    m_cardGrid = new QGridLayout(m_cards);
    m_cardGrid->setContentsMargins(0, 0, 0, 0);
    m_cardGrid->setSpacing(metrics::kSpace4);
    m_processor = addCard(theme::Icon::Chip, tr("Processor"));
    m_memory = addCard(theme::Icon::Memory, tr("Memory"));
    m_noGpu = new QLabel(content);
    m_noGpu->setObjectName(QStringLiteral("noGpu"));
    m_noGpu->setFont(theme::font(theme::TextRole::Small));
    m_noGpu->setForegroundRole(QPalette::PlaceholderText);
    m_noGpu->setWordWrap(true);
    m_noGpu->setTextFormat(Qt::PlainText);
    m_speeds = new SpeedTable(content);
    auto* recommended = new models::RecommendedList(m_application.recommendations(), content);
    connect(recommended, &models::RecommendedList::modelRequested, this, &HardwarePage::modelRequested);
    m_placement = new PlacementView(m_application.engineHost(), m_application.planner(),
                                    m_application.library(), content);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(metrics::kPageMargin, metrics::kSpace4, metrics::kPageMargin,
                               metrics::kSpace4);
    layout->setSpacing(metrics::kSpace4);
    layout->addWidget(m_cards);
    layout->addWidget(m_noGpu);
    layout->addWidget(recommended);
    layout->addWidget(new widgets::Separator(Qt::Horizontal, content));
    layout->addWidget(m_placement, 1);
    layout->addWidget(m_speeds);
    auto* area = new QScrollArea(this);
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setFocusPolicy(Qt::NoFocus);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->viewport()->setAutoFillBackground(false);
    area->setWidget(content);
    content->setAutoFillBackground(false);
    return area;
}

FactCard* HardwarePage::addCard(theme::Icon icon, const QString& title) {
    auto* card = new FactCard(icon, title, m_cards);
    connect(card, &FactCard::measureRequested, &m_machine, &Machine::measure);
    return card;
}

// In the order processor, memory, GPUs, disks, as many side by side as there is room for.
void HardwarePage::placeCards() {
    QList<FactCard*> all{m_processor, m_memory};
    all += m_gpus;
    all += m_disks;
    int least = kLeastCard; // words and fonts decide, too: what is wider than the page cannot be scrolled to
    for (const FactCard* card : std::as_const(all))
        least = qMax(least, card->minimumSizeHint().width());
    const int inside = width() - 2 * metrics::kPageMargin - style()->pixelMetric(QStyle::PM_ScrollBarExtent);
    const int room = qMax(1, (inside + metrics::kSpace4) / (least + metrics::kSpace4));
    // Rows of as equal length as can be: five cards are three and two, not four and one.
    const int count = static_cast<int>(all.size()), most = qMin(kMostColumns, room);
    const int rows = (count + most - 1) / most, columns = (count + rows - 1) / rows;
    for (int c = 0; c < kMostColumns; ++c)
        m_cardGrid->setColumnStretch(c, c < columns ? 1 : 0);
    for (int i = 0; i < count; ++i) {
        m_cardGrid->removeWidget(all[i]);
        m_cardGrid->addWidget(all[i], i / columns, i % columns);
        all[i]->show();
    }
    m_columns = columns;
}

void HardwarePage::resizeEvent(QResizeEvent* event) {
    Panel::resizeEvent(event);
    placeCards();
}

void HardwarePage::showEvent(QShowEvent* event) {
    Panel::showEvent(event);
    m_placement->refresh();
}

void HardwarePage::showProfile() {
    const app::hardware::Profile& profile = m_machine.profile();
    m_processor->setName(profile.processor.name);
    m_memory->setName(profile.memory > 0 ? gigabytes(profile.memory) : tr("Looking…"));
    if (profile.memory > 0) {
        m_processor->setFacts(processorFacts(profile));
        m_memory->setFacts(memoryFacts(profile));
    }
    showGpus();
    showDisks();
    for (FactCard* card : m_cards->findChildren<FactCard*>())
        card->setMeasured(measuredText(profile), m_machine.state() == State::ready);
    m_speeds->setVisible(profile.calibration.has_value());
    if (profile.calibration) m_speeds->setCalibration(*profile.calibration);
    placeCards();
}

void HardwarePage::showGpus() {
    const app::hardware::Profile& profile = m_machine.profile();
    while (m_gpus.size() > profile.gpus.size())
        delete m_gpus.takeLast();
    for (qsizetype i = 0; i < profile.gpus.size(); ++i) {
        if (i == m_gpus.size()) m_gpus.append(addCard(theme::Icon::Gpu, tr("GPU %1").arg(i)));
        m_gpus[i]->setName(profile.gpus[i].name);
        m_gpus[i]->setFacts(gpuFacts(profile.gpus[i]));
    }
    m_noGpu->setVisible(!profile.gpuNote.isEmpty());
    m_noGpu->setText(profile.gpus.isEmpty()
                         ? tr("No GPU found: %1 Models run on the processor.").arg(profile.gpuNote)
                         : profile.gpuNote);
}

void HardwarePage::showDisks() {
    const app::hardware::Profile& profile = m_machine.profile();
    while (m_disks.size() > profile.disks.size())
        delete m_disks.takeLast();
    for (qsizetype i = 0; i < profile.disks.size(); ++i) {
        if (i == m_disks.size())
            m_disks.append(addCard(theme::Icon::Disk, i == 0 ? tr("Disk") : tr("Disk %1").arg(i + 1)));
        m_disks[i]->setName(tr("Models on %1").arg(profile.disks[i].mount));
        m_disks[i]->setFacts(diskFacts(profile.disks[i]));
    }
}

void HardwarePage::showState() {
    const bool calibrating = m_machine.state() == State::calibrating;
    m_progressText->setVisible(calibrating);
    m_progress->setVisible(calibrating);
    m_progressText->setText(stepText(m_machine.step()));
    m_progress->setFraction(m_machine.progress());
    m_measure->setText(calibrating ? tr("Stop measuring") : tr("Measure all"));
    m_measure->setGlyph(calibrating ? theme::Icon::Stop : theme::Icon::Redo);
    m_measure->setEnabled(calibrating || m_machine.state() == State::ready);
    m_copy->setEnabled(m_machine.profile().memory > 0);
    for (FactCard* card : m_cards->findChildren<FactCard*>())
        card->setMeasured(calibrating ? tr("Measuring…") : measuredText(m_machine.profile()),
                          m_machine.state() == State::ready);
    const app::bridge::UserMessage& failure = m_machine.failure();
    m_banner->setVisible(!failure.isEmpty());
    if (!failure.isEmpty())
        m_banner->setMessage(widgets::Banner::Severity::Error, failure.title,
                             failure.text + QLatin1Char(' ') + failure.hint);
}

void HardwarePage::showSample(const LiveSample& sample) {
    const QLocale c = QLocale::c();
    const bool known = sample.cpuPercent >= 0;
    m_processor->setLive(
        known ? QString::number(qRound(sample.cpuPercent)) : QStringLiteral("–"),
        sample.processPercent >= 0 ? tr("% · Tandem %1 %").arg(qRound(sample.processPercent)) : tr("%"),
        known ? sample.cpuPercent : std::nan(""), 100);
    m_memory->setLive(
        gigabytesNumber(sample.memoryUsed),
        tr("of %1 · Tandem %2").arg(gigabytes(sample.memoryTotal), bytesText(sample.processMemory)),
        sample.memoryTotal > 0 ? static_cast<double>(sample.memoryUsed) : std::nan(""),
        static_cast<double>(sample.memoryTotal));
    showGpuSamples(sample.gpus);
    const double disk = sample.diskReadPerSecond;
    for (FactCard* card : std::as_const(m_disks))
        card->setLive(disk >= 0 ? c.toString(disk / 1e6, 'f', disk < 1e7 ? 1 : 0) : QStringLiteral("–"),
                      tr("MB/s read, all disks"), disk >= 0 ? disk : std::nan(""), 0);
    if (isVisible()) m_placement->refresh();
}

void HardwarePage::showGpuSamples(const QList<app::bridge::GpuSample>& gpus) {
    for (qsizetype i = 0; i < m_gpus.size(); ++i) {
        const app::bridge::GpuSample gpu = gpus.value(i);
        QStringList parts;
        if (gpu.memoryUsed >= 0)
            parts.append(tr("%1 of %2").arg(gigabytesNumber(gpu.memoryUsed), gigabytes(gpu.memoryTotal)));
        if (gpu.celsius >= 0) parts.append(tr("%1 °C").arg(gpu.celsius));
        if (gpu.watts >= 0) parts.append(tr("%1 W").arg(qRound(gpu.watts)));
        const bool known = gpu.loadPercent >= 0;
        parts.prepend(tr("%"));
        m_gpus[i]->setLive(known ? QString::number(gpu.loadPercent) : QStringLiteral("–"),
                           parts.join(QStringLiteral(" · ")), known ? gpu.loadPercent : std::nan(""), 100);
    }
}

// No name of a person may be in it, and folders of a home carry one.
void HardwarePage::copyReport() {
    QString report = app::hardware::report(m_machine.profile());
    report.replace(QDir::homePath(), QStringLiteral("~"));
    QGuiApplication::clipboard()->setText(report);
}

} // namespace ui::hardware
