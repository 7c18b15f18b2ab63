// Painting of model rows.
#include "ui/chat/page/model_row_delegate.h"

#include <QFileInfo>
#include <QLocale>
#include <QPainter>

#include "app/library/model_list_model.h"
#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/theme/style.h"
#include "ui/widgets/chip.h"

namespace ui::chat {

using List = app::library::ModelListModel;
using theme::Token;
using widgets::Tone;

namespace {

struct Tag {
    Tone tone;
    QString text;
};

QList<Tag> tagsOf(const QModelIndex& index) {
    QList<Tag> tags;
    if (index.data(List::MissingRole).toBool()) tags.append({Tone::Bad, ModelRowDelegate::tr("Not found")});
    if (!index.data(List::UnsupportedRole).toString().isEmpty())
        tags.append({Tone::Warn, ModelRowDelegate::tr("Cannot be loaded")});
    if (index.data(List::BuiltInRole).toBool()) tags.append({Tone::Accent, ModelRowDelegate::tr("Built in")});
    if (index.data(List::ExpertsRole).toLongLong() > 0)
        tags.append({Tone::Outline, ModelRowDelegate::tr("MoE")});
    if (index.data(List::CanThinkRole).toBool())
        tags.append({Tone::Outline, ModelRowDelegate::tr("Thinking")});
    return tags;
}

QString factsOf(const QModelIndex& index) {
    QStringList facts;
    if (const QString q = index.data(List::QuantizationRole).toString(); !q.isEmpty()) facts.append(q);
    if (const qint64 bytes = index.data(List::FileBytesRole).toLongLong(); bytes > 0)
        facts.append(QLocale::c().formattedDataSize(bytes, 1, QLocale::DataSizeSIFormat));
    if (const qint64 context = index.data(List::ContextRole).toLongLong(); context > 0)
        facts.append(ModelRowDelegate::tr("%1K context").arg(context / 1024));
    if (!index.data(List::BuiltInRole).toBool())
        facts.append(QFileInfo(index.data(List::PathRole).toString()).path());
    return facts.join(QStringLiteral(" · "));
}

} // namespace

QSize ModelRowDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const {
    return {200, theme::metrics::kTwoLineRowHeight};
}

void ModelRowDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                             const QModelIndex& index) const {
    const theme::Palette palette = theme::Palette::of(option.palette);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    theme::paintRow(painter, QRectF(option.rect).adjusted(4, 1, -4, -1), palette, option.state);
    QRect line = option.rect.adjusted(16, 8, -16, 0);
    line.setHeight(20);
    int right = line.right();
    for (const Tag& tag : tagsOf(index)) {
        const int width = widgets::chipWidth(tag.text);
        right -= width;
        widgets::paintChip(painter, QRect(right, line.top(), width, theme::metrics::kChipHeight), palette,
                           tag.tone, tag.text);
        right -= theme::metrics::kSpace1;
    }
    const auto draw = [&](const QRect& box, const QFont& font, Token ink, const QString& text,
                          Qt::TextElideMode mode) {
        painter->setFont(font);
        painter->setPen(palette[ink]);
        painter->drawText(box, Qt::AlignVCenter | Qt::TextSingleLine,
                          QFontMetrics(font).elidedText(text, mode, box.width()));
    };
    QRect head = line;
    head.setRight(right);
    draw(head, theme::semibold(theme::font(theme::TextRole::Body)), Token::Text,
         index.data(List::NameRole).toString(), Qt::ElideRight);
    draw(line.translated(0, 21), theme::font(theme::TextRole::Small), Token::Muted, factsOf(index),
         Qt::ElideMiddle);
    painter->restore();
}

} // namespace ui::chat
