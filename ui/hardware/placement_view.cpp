// Placing of the view's parts.
#include "ui/hardware/placement_view.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPainter>

#include "ui/hardware/machine_texts.h"
#include "ui/hardware/placement_grid.h"
#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/segmented.h"
#include "ui/widgets/text_label.h"

namespace ui::hardware {

namespace metrics = theme::metrics;
using app::hardware::Tier;
using theme::TextRole;
using widgets::MutedLabel;
using widgets::TextLabel;

namespace {

constexpr int kLegendWidth = 216;

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

PlacementView::PlacementView(app::bridge::EngineHost& host, QWidget* parent)
    : QWidget(parent),
      m_host(host),
      m_model(new MutedLabel(TextRole::Small, this)),
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
    connect(&host, &app::bridge::EngineHost::stateChanged, this, &PlacementView::refresh);
    m_body->hide();
    refresh();
}

QWidget* PlacementView::buildHead() {
    auto* head = new QWidget(this);
    auto* layout = new QHBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(metrics::kSpace3);
    auto* title = new TextLabel(TextRole::Body, head);
    title->setFont(theme::semibold(title->font()));
    title->setText(tr("Where the experts are"));
    layout->addWidget(title);
    layout->addWidget(m_model, 1);
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

void PlacementView::refresh() {
    const QList<app::bridge::ExpertLayer> layers = m_host.experts();
    if (layers == m_shown && !layers.isEmpty()) return; // nobody wrote meanwhile
    m_shown = layers;
    const app::hardware::PlacementMap map(layers);
    m_body->setVisible(!map.isEmpty());
    m_order->setVisible(!map.isEmpty());
    m_nothing->setVisible(map.isEmpty());
    m_grid->setMap(map);
    if (map.isEmpty()) {
        m_model->clear();
        const bool dense = m_host.state() == app::bridge::EngineHost::State::ready;
        m_nothing->setText(dense ? tr("%1 is not a mixture of experts: all of it is used for every token.")
                                       .arg(m_host.modelName())
                                 : tr("Load a mixture-of-experts model to see where each of its experts is "
                                      "and how often it is used."));
        return;
    }
    m_model->setText(
        tr("%1 · %2 layers × %3 experts").arg(m_host.modelName()).arg(map.layers()).arg(map.experts()));
    showLegend();
}

void PlacementView::showLegend() {
    const app::hardware::PlacementMap& map = m_grid->map();
    for (const Tier tier : {Tier::gpu, Tier::memory, Tier::disk}) {
        const app::hardware::TierSummary sum = map.summary(tier);
        const TierRow& row = m_tiers[static_cast<size_t>(tier)];
        row.experts->setText(tr("%1 experts").arg(sum.experts));
        row.bytes->setText(bytesText(sum.bytes));
        row.share->setText(map.hasHeat() ? percent(sum.share, 1) : QStringLiteral("–"));
    }
    m_note->setText(
        map.hasHeat() ? tr("Brightness: share of calls since the model was loaded, one logarithmic scale for "
                           "all tiers.")
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
