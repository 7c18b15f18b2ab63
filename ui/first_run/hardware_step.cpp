// The rows of the list.
#include "ui/first_run/hardware_step.h"

#include <QLocale>
#include <QVBoxLayout>

#include "ui/first_run/check_row.h"
#include "ui/first_run/model_summary.h"
#include "ui/hardware/machine_texts.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/panel.h"
#include "ui/widgets/text_label.h"

namespace ui::first_run {

using app::downloads::Recommendations;
using app::hardware::Machine;
using app::hardware::Profile;
using State = Machine::State;

namespace {
constexpr int kTwoColumns = 1100; // of the window: both cards are read with ease
}

HardwareStep::HardwareStep(Machine& machine, Recommendations& recommendations, QWidget* parent)
    : QWidget(parent),
      m_machine(machine),
      m_recommendations(recommendations),
      m_processor(new CheckRow(tr("Processor"), this)),
      m_memory(new CheckRow(tr("Memory"), this)),
      m_graphics(new CheckRow(tr("Graphics"), this)),
      m_disk(new CheckRow(tr("Disk"), this)),
      m_memorySpeed(new CheckRow(tr("Speed of the memory"), this)),
      m_kernels(new CheckRow(tr("Speed of the kernels"), this)),
      m_diskSpeed(new CheckRow(tr("Speed of the disk"), this)) {
    auto* card = new widgets::Card(this);
    auto* rows = new QVBoxLayout(card);
    rows->setContentsMargins(theme::metrics::kSpace1, 0, theme::metrics::kSpace1, 0);
    rows->setSpacing(0);
    for (CheckRow* row : {m_processor, m_memory, m_graphics, m_disk, m_memorySpeed, m_kernels, m_diskSpeed})
        rows->addWidget(row);
    m_diskSpeed->setLast();
    card->setMaximumWidth(620);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::metrics::kSpace5);
    layout->addWidget(card, 6, Qt::AlignTop);
    layout->addWidget(buildRecommended(), 7, Qt::AlignTop);
    connect(&recommendations, &Recommendations::changed, this, &HardwareStep::showRecommended);
    for (const auto signal : {&Machine::stateChanged, &Machine::profileChanged, &Machine::progressChanged})
        connect(&machine, signal, this, &HardwareStep::refresh);
    refresh();
}

// What the figures are for, as soon as there is one; where there is no room for it, its own step comes soon.
QWidget* HardwareStep::buildRecommended() {
    m_recommended = new widgets::Card(this);
    m_recommended->setObjectName(QStringLiteral("firstLook"));
    m_summary = new ModelSummary(m_recommended);
    m_note = new widgets::MutedLabel(theme::TextRole::Small, m_recommended);
    m_note->setWordWrap(true);
    auto* column = new QVBoxLayout(m_recommended);
    column->setSpacing(theme::metrics::kSpace3);
    column->addWidget(m_summary);
    column->addWidget(m_note);
    return m_recommended;
}

void HardwareStep::showRecommended() {
    const app::downloads::Recommendation* best = m_recommendations.best();
    m_recommended->setVisible(best != nullptr && window()->width() >= kTwoColumns);
    if (best == nullptr) return;
    m_summary->setModel(*best, m_recommendations.known(best->repo), true);
    const bool measured = m_machine.profile().calibration && m_machine.state() != State::calibrating;
    m_note->setText(measured ? tr("Two steps further you can download it, or choose another one.")
                             : tr("Speeds are estimates until the last check is done."));
}

void HardwareStep::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    showRecommended();
}

void HardwareStep::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    m_begun = true;
    measureOnce();
}

void HardwareStep::measureOnce() {
    if (!m_begun || m_machine.state() != State::ready || m_machine.profile().calibration) return;
    m_begun = false;
    m_machine.measure();
}

void HardwareStep::refresh() {
    const Profile& profile = m_machine.profile();
    if (profile.memory > 0) showWhatIsThere(profile);
    showSpeeds(profile);
    showRecommended();
    measureOnce();
}

void HardwareStep::showWhatIsThere(const Profile& profile) {
    using Row = CheckRow::State;
    const auto& cpu = profile.processor;
    QString extensions;
    for (const auto& [label, value] : hardware::processorFacts(profile)) {
        if (label == hardware::extensionsLabel()) extensions = value;
    }
    m_processor->show(Row::done, QStringLiteral("%1 · %2").arg(cpu.name, extensions),
                      tr("%1 cores").arg(cpu.cores()));
    m_memory->show(Row::done, tr("%1 available").arg(hardware::gigabytes(profile.availableMemory)),
                   hardware::gigabytes(profile.memory, 0));
    if (profile.gpus.isEmpty()) {
        m_graphics->show(Row::absent, profile.gpuNote, tr("none"));
    } else {
        qint64 memory = 0;
        QStringList names;
        for (const auto& gpu : profile.gpus) {
            memory += gpu.memory;
            names.append(gpu.name);
        }
        m_graphics->show(Row::done, names.join(QStringLiteral(", ")), hardware::gigabytes(memory, 0));
    }
    if (profile.disks.isEmpty()) return;
    const auto& disk = profile.disks.first();
    m_disk->show(Row::done, tr("Models on %1 (%2)").arg(disk.mount, disk.fileSystem),
                 tr("%1 free").arg(hardware::gigabytes(disk.free, 0)));
}

void HardwareStep::showSpeeds(const Profile& profile) {
    const QLocale c = QLocale::c();
    const bool known = profile.calibration.has_value() && m_machine.state() != State::calibrating;
    QString memory, kernels, disk;
    if (known) {
        memory = tr("%1 GB/s").arg(c.toString(profile.calibration->readGbPerSecond.last(), 'f', 1));
        kernels = profile.calibration->isa;
        const double read = profile.disks.isEmpty() ? 0 : profile.disks.first().readGbPerSecond;
        disk = read > 0 ? tr("%1 GB/s").arg(c.toString(read, 'f', 1)) : tr("not known");
    }
    showSpeed(m_memorySpeed, Machine::Step::memory, known, tr("Reading with one and with all threads"),
              memory);
    showSpeed(m_kernels, Machine::Step::kernels, known, tr("Each family of number formats"), kernels);
    showSpeed(m_diskSpeed, Machine::Step::disks, known, tr("Reading past the system's cache"), disk);
}

void HardwareStep::showSpeed(CheckRow* row, Machine::Step step, bool known, const QString& detail,
                             const QString& value) {
    using Row = CheckRow::State;
    if (known) return row->show(Row::done, detail, value);
    const bool calibrating = m_machine.state() == State::calibrating;
    if (calibrating && m_machine.step() == step) return row->show(Row::running, detail, tr("measuring"));
    const bool passed = calibrating && m_machine.step() > step;
    row->show(passed ? Row::done : Row::waiting, detail, passed ? QString() : tr("waiting"));
}

} // namespace ui::first_run
