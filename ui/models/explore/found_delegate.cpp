// Painting of rows.
#include "ui/models/explore/found_delegate.h"

#include <QPainter>

#include "app/downloads/explore_models.h"
#include "ui/models/fit/fit_chip.h"
#include "ui/models/fit/model_words.h"
#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/theme/style.h"

namespace ui::models {

using app::downloads::FoundListModel;
using app::downloads::FoundModel;
using theme::Token;

namespace {

constexpr int kAvatar = 36;

void drawText(QPainter* painter, const QRect& box, const QFont& font, const QColor& ink, const QString& text,
              Qt::Alignment side) {
    painter->setFont(font);
    painter->setPen(ink);
    painter->drawText(box, static_cast<int>(Qt::AlignVCenter | side) | Qt::TextSingleLine,
                      QFontMetrics(font).elidedText(text, Qt::ElideRight, box.width()));
}

} // namespace

QString factsOf(const QModelIndex& index) {
    const auto model = index.data(FoundListModel::ModelRole).value<FoundModel>();
    const bool moe = model.tags.contains(QLatin1String("moe"));
    QStringList facts;
    if (model.parameters > 0) {
        facts.append(moe ? FoundDelegate::tr("MoE") : FoundDelegate::tr("Dense"));
        facts.append(
            moe && model.active > 0
                ? FoundDelegate::tr("%1, %2 active").arg(countText(model.parameters), countText(model.active))
                : countText(model.parameters));
    } else {
        facts.append(model.repo.section(QLatin1Char('/'), 0, 0));
        if (moe) facts.append(FoundDelegate::tr("MoE"));
        if (model.downloads > 0) facts.append(FoundDelegate::tr("%L1 downloads").arg(model.downloads));
    }
    if (model.context > 0) facts.append(contextText(model.context));
    if (model.tags.contains(QLatin1String("thinking"))) facts.append(FoundDelegate::tr("thinking"));
    if (model.tags.contains(QLatin1String("code"))) facts.append(FoundDelegate::tr("code"));
    if (model.gated) facts.append(FoundDelegate::tr("terms to accept"));
    return facts.join(QStringLiteral(" · "));
}

QSize FoundDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const {
    return {200, theme::metrics::kTwoLineRowHeight};
}

void FoundDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                          const QModelIndex& index) const {
    const auto model = index.data(FoundListModel::ModelRole).value<FoundModel>();
    const theme::Palette palette = theme::Palette::of(option.palette);
    const bool on = option.state.testFlag(QStyle::State_Selected);
    const auto place = [&](const QRect& part) {
        return QStyle::visualRect(option.direction, option.rect, part);
    };
    const Qt::Alignment start = QStyle::visualAlignment(option.direction, Qt::AlignLeft);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QRectF row = QRectF(option.rect).adjusted(0, 1, 0, -1);
    theme::paintRow(painter, row, palette, option.state);
    if (on)
        theme::paintRounded(painter, row, theme::metrics::kRadiusControl, palette[Token::AccentTint],
                            palette.tintsNeedEdge() ? palette[Token::Control] : QColor());
    QRect box = option.rect.adjusted(12, 0, -12, 0);
    const QRect avatar(box.left(), box.center().y() - kAvatar / 2 + 1, kAvatar, kAvatar);
    theme::paintRounded(painter, place(avatar), theme::metrics::kRadiusCard,
                        palette[on ? Token::Base : Token::Hover]);
    drawText(painter, place(avatar), theme::semibold(theme::font(theme::TextRole::Small)),
             palette[on ? Token::Accent : Token::Muted], initials(model.title), Qt::AlignHCenter);
    box.setLeft(avatar.right() + 13);
    QRect head(box.left(), box.top() + 8, box.width(), theme::metrics::kChipHeight);
    if (model.plan) {
        const FitChip chip = fitChip(model.plan->verdict, model.plan->missingBytes);
        const int width = widgets::chipWidth(chip.text, chip.icon);
        const QRect at(head.right() - width + 1, head.top(), width, head.height());
        widgets::paintChip(painter, place(at), palette, chip.tone, chip.text, chip.icon);
        head.setRight(at.left() - theme::metrics::kSpace2);
    }
    drawText(painter, place(head), theme::semibold(theme::font(theme::TextRole::Body)), palette[Token::Text],
             model.title, start);
    drawText(painter, place(QRect(box.left(), box.top() + 29, box.width(), 18)),
             theme::font(theme::TextRole::Caption), palette[Token::Muted], factsOf(index), start);
    painter->restore();
}

} // namespace ui::models
