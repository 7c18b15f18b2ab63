// What is said of a model that was found.
#include "ui/models/explore/found_delegate.h"

#include "ui/models/fit/model_row.h"
#include "ui/models/fit/model_words.h"
#include "ui/widgets/count_spin_box.h"

namespace ui::models {

using app::downloads::FoundListModel;
using app::downloads::FoundModel;

namespace {

FitChip chipOf(const FoundModel& model) {
    if (model.plan) return fitChip(model.plan->verdict, model.plan->missingBytes);
    if (!model.runnable)
        return {widgets::Tone::Warn, theme::Icon::Warn, FoundDelegate::tr("Cannot be loaded")};
    return {};
}

} // namespace

QString factsOf(const FoundModel& model) {
    const bool moe = model.tags.contains(QLatin1String("moe"));
    QStringList facts;
    if (model.shape != model.repo) facts.append(model.repo.section(QLatin1Char('/'), 0, 0));
    if (model.parameters > 0) {
        facts.append(moe ? FoundDelegate::tr("MoE") : FoundDelegate::tr("Dense"));
        facts.append(
            moe && model.active > 0
                ? FoundDelegate::tr("%1, %2 active").arg(countText(model.parameters), countText(model.active))
                : countText(model.parameters));
    } else if (moe) {
        facts.append(FoundDelegate::tr("MoE"));
    }
    if (model.context > 0) facts.append(contextText(model.context));
    if (model.tags.contains(QLatin1String("thinking"))) facts.append(FoundDelegate::tr("thinking"));
    if (model.tags.contains(QLatin1String("code"))) facts.append(FoundDelegate::tr("code"));
    if (model.gated) facts.append(FoundDelegate::tr("terms to accept"));
    if (model.downloads > 0)
        facts.append(FoundDelegate::tr("%1 downloads").arg(widgets::grouped(model.downloads)));
    return facts.join(QStringLiteral(" · "));
}

QString speedOf(const FoundModel& model) {
    if (!model.plan || !model.plan->fits()) return {};
    const QString speed = speedText(model.plan->generateTokensPerSecond);
    if (speed.isEmpty()) return {};
    return model.estimate ? FoundDelegate::tr("est. %1 tok/s").arg(speed)
                          : FoundDelegate::tr("%1 tok/s").arg(speed);
}

QString foundText(const FoundModel& model) {
    QStringList words{model.title, chipOf(model).text, speedOf(model), factsOf(model)};
    words.removeAll(QString());
    return words.join(QStringLiteral(", "));
}

QSize FoundDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const {
    return modelRowSize();
}

void FoundDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                          const QModelIndex& index) const {
    const auto model = index.data(FoundListModel::ModelRole).value<FoundModel>();
    paintModelRow(painter, option, {model.title, factsOf(model), speedOf(model), chipOf(model)});
}

} // namespace ui::models
