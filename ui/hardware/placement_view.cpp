// Placing of the view's parts.
#include "ui/hardware/placement_view.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <algorithm>
#include <tuple>

#include "ui/hardware/machine_texts.h"
#include "ui/hardware/placement_grid.h"
#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/theme/style.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/count_spin_box.h"
#include "ui/widgets/segmented.h"
#include "ui/widgets/text_label.h"

namespace ui::hardware {

namespace metrics = theme::metrics;
using app::hardware::Tier;
using theme::TextRole;
using widgets::MutedLabel;
using widgets::TextLabel;

namespace {

constexpr int kLegendWidth = 216, kLeastModels = 240, kMostModels = 440;
constexpr int kChannel = 2; // of the planner: this view's own

QString percent(double share, int digits) {
    return PlacementView::tr("%1 %").arg(QLocale::c().toString(100 * share, 'f', digits));
}

QHBoxLayout* pair(QWidget* left, QWidget* right) {
    auto* row = new QHBoxLayout;
    row->setSpacing(metrics::kSpace2);
    row->addWidget(left, 1);
    row->addWidget(right, 0, Qt::AlignTrailing);
    return row;
}

// The tier's colour in its five steps.
class Swatches : public QWidget {
 public:
    Swatches(Tier tier, QWidget* parent) : QWidget(parent), m_tier(tier) { setFixedSize(64, 10); }

 protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        for (int level = 0; level < app::hardware::kHeatLevels; ++level) {
            QColor color = theme::Palette::of(this)[tierToken(m_tier)];
            color.setAlphaF(static_cast<float>(heatOpacity(level)));
            const int x = isRightToLeft() ? width() - 13 * (level + 1) + 1 : 13 * level;
            painter.fillRect(x, 0, 12, height(), color);
        }
    }

 private:
    Tier m_tier;
};

} // namespace

PlacementView::PlacementView(app::bridge::EngineHost& host, app::bridge::Planner& planner,
                             app::library::Library& library, QWidget* parent)
    : QWidget(parent),
      m_host(host),
      m_planner(planner),
      m_library(library),
      m_models(new QComboBox(this)),
      m_size(new MutedLabel(TextRole::Small, this)),
      m_order(new widgets::Segmented(tr("Order of experts"), {tr("Hottest first"), tr("By index")}, this)),
      m_grid(new PlacementGrid(this)),
      m_nothing(new MutedLabel(TextRole::Small, this)),
      m_body(new QWidget(this)) {
    setObjectName(QStringLiteral("placementView"));
    m_nothing->setWordWrap(true);
    m_nothing->setAlignment(Qt::AlignTop | Qt::AlignLeading);
    m_nothing->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    auto* row = new QHBoxLayout(m_body);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::kSpace5);
    row->addWidget(m_grid, 1);
    row->addWidget(buildLegend());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(metrics::kSpace3);
    layout->addWidget(buildHead());
    layout->addWidget(m_nothing);
    layout->addWidget(m_body, 1);
    m_order->setCurrent(0);
    connect(m_order, &widgets::Segmented::chosen, this, [this](int index) {
        m_grid->setOrder(index == 0 ? PlacementGrid::Order::hottestFirst : PlacementGrid::Order::byNumber);
    });
    connect(m_grid, &PlacementGrid::currentChanged, this, &PlacementView::showCurrent);
    connect(&host, &app::bridge::EngineHost::stateChanged, this, &PlacementView::fillModels);
    for (const auto signal : {&app::library::Library::settled, &app::library::Library::foldersChanged})
        connect(&library, signal, this, &PlacementView::fillModels);
    connect(&library, &app::library::Library::removed, this, &PlacementView::fillModels);
    connect(m_models, &QComboBox::activated, this, [this] {
        m_picked = m_models->currentData().toString();
        choose();
    });
    connect(&planner, &app::bridge::Planner::planned, this,
            [this](quint64 number, const app::bridge::ModelPlan& plan) {
                if (number != m_asked) return;
                m_plan = plan;
                showMap(plan.experts);
            });
    connect(&planner, &app::bridge::Planner::failed, this,
            [this](quint64 number, const app::bridge::UserMessage& message) {
                if (number != m_asked) return;
                m_problem = message.text;
                showMap({});
            });
    connect(&planner, &app::bridge::Planner::machineChanged, this, [this] {
        if (isPreview()) ask();
    });
    m_body->hide();
    fillModels();
}

QWidget* PlacementView::buildHead() {
    auto* head = new QWidget(this);
    auto* layout = new QHBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(metrics::kSpace3);
    auto* title = new TextLabel(TextRole::Body, head);
    title->setFont(theme::semibold(title->font()));
    title->setText(tr("Where the experts are"));
    m_models->setObjectName(QStringLiteral("placementModel"));
    m_models->setAccessibleName(tr("Model whose experts are shown"));
    m_models->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_models->setMinimumWidth(kLeastModels);
    m_models->setMaximumWidth(kMostModels);
    m_models->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    theme::setSmall(m_models);
    layout->addWidget(title);
    layout->addWidget(m_models, 3);
    layout->addWidget(m_size, 1);
    layout->addWidget(m_order);
    return head;
}

QWidget* PlacementView::buildLegend() {
    auto* legend = new QWidget(m_body);
    legend->setFixedWidth(kLegendWidth);
    auto* layout = new QVBoxLayout(legend);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    for (const Tier tier : {Tier::gpu, Tier::memory, Tier::disk})
        m_tiers[static_cast<size_t>(tier)] = addTier(layout, tier, legend);
    layout->addWidget(new widgets::Separator(Qt::Horizontal, legend));
    layout->addSpacing(metrics::kSpace1);
    auto* caption = new MutedLabel(TextRole::Caption, legend);
    caption->setText(tr("Under the pointer"));
    layout->addWidget(caption);
    m_cell = new TextLabel(TextRole::Small, legend);
    m_cell->setFont(theme::semibold(m_cell->font()));
    m_cellTier = new widgets::Chip(QString(), legend, widgets::Tone::Outline);
    layout->addLayout(pair(m_cell, m_cellTier));
    m_cellRank = new MutedLabel(TextRole::Small, legend);
    layout->addWidget(m_cellRank);
    layout->addSpacing(metrics::kSpace2);
    m_note = new MutedLabel(TextRole::Caption, legend);
    m_note->setWordWrap(true);
    layout->addWidget(m_note);
    layout->addStretch(1);
    return legend;
}

PlacementView::TierRow PlacementView::addTier(QLayout* into, Tier tier, QWidget* parent) {
    auto* layout = static_cast<QVBoxLayout*>(into);
    auto* name = new TextLabel(TextRole::Small, parent);
    name->setFont(theme::semibold(name->font()));
    name->setText(tierName(tier));
    const TierRow row{new MutedLabel(TextRole::Small, parent), new MutedLabel(TextRole::Small, parent),
                      new TextLabel(TextRole::Small, parent)};
    auto* share = new MutedLabel(TextRole::Small, parent);
    share->setText(tr("Share of calls"));
    layout->addLayout(pair(name, new Swatches(tier, parent)));
    layout->addLayout(pair(row.experts, row.bytes));
    layout->addLayout(pair(share, row.share));
    layout->addSpacing(metrics::kSpace3);
    return row;
}

// The loaded model first, then those of the library that could be loaded instead.
void PlacementView::fillModels() {
    const bool loaded = !m_host.experts().isEmpty();
    struct Other {
        QString folded; // once for each: comparing folds some ten times as often
        app::library::EntryPointer entry;
    };
    QList<Other> others;
    for (const app::library::EntryPointer& entry : m_library.entries())
        if (entry->isLoadable() && entry->info.isMixtureOfExperts() &&
            !(loaded && entry->path == m_host.modelPath()))
            others.append({entry->name.toCaseFolded(), entry});
    std::sort(others.begin(), others.end(), [](const Other& a, const Other& b) {
        return std::tie(a.folded, a.entry->path) < std::tie(b.folded, b.entry->path);
    });
    {
        const QSignalBlocker quiet(m_models);
        m_models->clear();
        if (loaded) m_models->addItem(tr("%1 · loaded").arg(m_host.modelName()), QString());
        for (const auto& [folded, entry] : std::as_const(others)) {
            QStringList words{entry->name};
            if (!entry->info.quantization.isEmpty()) words.append(entry->info.quantization);
            words.append(bytesText(entry->bytes()));
            m_models->addItem(words.join(QStringLiteral(" · ")), entry->path);
        }
        m_models->setCurrentIndex(m_models->count() > 0 ? qMax(0, m_models->findData(m_picked)) : -1);
        m_models->setVisible(m_models->count() > 0);
    }
    choose();
}

bool PlacementView::isPreview() const {
    return !m_models->currentData().toString().isEmpty();
}

void PlacementView::choose() {
    m_models->setToolTip(m_models->currentText());
    if (!isPreview()) {
        m_asked = 0;
        return refresh();
    }
    if (m_plan.path != m_models->currentData().toString()) ask();
}

void PlacementView::ask() {
    app::bridge::PlanQuery query;
    query.path = m_models->currentData().toString();
    query.experts = true;
    m_problem.clear();
    m_asked = m_planner.plan(query, kChannel);
}

void PlacementView::refresh() {
    if (isPreview()) return; // nobody writes with it
    m_plan = {};
    const QList<app::bridge::ExpertLayer> layers = m_host.experts();
    if (layers == m_shown && !layers.isEmpty()) return; // nobody wrote meanwhile
    showMap(layers);
}

void PlacementView::showMap(const QList<app::bridge::ExpertLayer>& layers) {
    m_shown = layers;
    const app::hardware::PlacementMap map(layers);
    m_body->setVisible(!map.isEmpty());
    m_order->setVisible(!map.isEmpty());
    m_nothing->setVisible(map.isEmpty());
    m_grid->setMap(map);
    if (map.isEmpty()) return showNothing();
    m_size->setText(tr("%1 layers × %2 experts").arg(map.layers()).arg(map.experts()));
    showLegend();
}

void PlacementView::showNothing() {
    m_size->clear();
    if (isPreview()) return m_nothing->setText(m_problem.isEmpty() ? m_plan.sentence : m_problem);
    const bool dense = m_host.state() == app::bridge::EngineHost::State::ready;
    m_nothing->setText(
        dense
            ? tr("%1 is not a mixture of experts: all of it is used for every token.").arg(m_host.modelName())
            : tr("No mixture of experts is on this computer. Of one that is, you see here "
                 "where each expert is and how often it is used."));
}

void PlacementView::showLegend() {
    const app::hardware::PlacementMap& map = m_grid->map();
    for (const Tier tier : {Tier::gpu, Tier::memory, Tier::disk}) {
        const app::hardware::TierSummary sum = map.summary(tier);
        const TierRow& row = m_tiers[static_cast<size_t>(tier)];
        row.experts->setText(tr("%1 experts").arg(widgets::grouped(sum.experts)));
        row.bytes->setText(bytesText(sum.bytes));
        row.share->setText(map.hasHeat() ? percent(sum.share, 1) : QStringLiteral("–"));
    }
    if (isPreview())
        m_note->setText(
            map.hasHeat()
                ? tr("As it would be loaded now. Brightness: share of calls in earlier replies, one "
                     "logarithmic scale for all tiers.")
                : tr("As it would be loaded now. Which experts are hot shows once it has written."));
    else
        m_note->setText(
            map.hasHeat()
                ? tr("Brightness: share of calls since the model was loaded, one logarithmic scale "
                     "for all tiers.")
                : tr("Nothing was written yet: the heat of the experts shows once the model writes."));
}

void PlacementView::showCurrent() {
    const PlacementGrid::Cell cell = m_grid->current();
    m_cellTier->setVisible(cell.isValid());
    m_cell->setText(cell.isValid()
                        ? tr("Layer %1 · expert %2").arg(m_grid->map().layerNumber(cell.row)).arg(cell.expert)
                        : tr("Point at a cell"));
    if (!cell.isValid()) return m_cellRank->setText(tr("or walk with the arrow keys"));
    const app::hardware::PlacementMap& map = m_grid->map();
    m_cellTier->setText(tierName(map.tier(cell.row, cell.expert)));
    m_cellRank->setText(tr("Rank %1 of %2 · %3 of calls")
                            .arg(map.rank(cell.row, cell.expert) + 1)
                            .arg(map.expertsOf(cell.row))
                            .arg(percent(map.share(cell.row, cell.expert), 1)));
}

} // namespace ui::hardware
