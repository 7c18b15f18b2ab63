// What is said of a model on this computer.
#include "ui/models/downloaded/entry_delegate.h"

#include <QAbstractItemView>
#include <QHelpEvent>
#include <QToolTip>

#include "app/library/library_list_model.h"
#include "ui/models/downloaded/library_words.h"
#include "ui/models/fit/model_row.h"
#include "ui/models/fit/model_words.h"

namespace ui::models {

using Rows = app::library::LibraryListModel;
using app::library::EntryPointer;

namespace {

FitChip chipOf(const QModelIndex& index, const app::library::Entry& entry) {
    const FitChip state = stateChip(entry);
    const QVariant verdict = index.data(Rows::VerdictRole);
    if (!state.text.isEmpty() || !verdict.isValid()) return state;
    return fitChip(static_cast<app::bridge::ModelPlan::Verdict>(verdict.toInt()),
                   index.data(Rows::MissingBytesRole).toLongLong());
}

// "64 tok/s" when its replies had it, "about 64 tok/s" when it is predicted; empty: not known.
QString shortSpeed(const QModelIndex& index) {
    const QString speed = speedText(index.data(Rows::SpeedRole).toDouble());
    if (speed.isEmpty()) return {};
    return index.data(Rows::SpeedMeasuredRole).toBool() ? EntryDelegate::tr("%1 tok/s").arg(speed)
                                                        : EntryDelegate::tr("about %1 tok/s").arg(speed);
}

QString speedSentence(const QModelIndex& index) {
    const QString speed = speedText(index.data(Rows::SpeedRole).toDouble());
    if (speed.isEmpty()) return {};
    if (!index.data(Rows::SpeedMeasuredRole).toBool())
        return EntryDelegate::tr("About %1 tokens per second are predicted.").arg(speed);
    const QString predicted = speedText(index.data(Rows::PredictedSpeedRole).toDouble());
    return EntryDelegate::tr("%1 tokens per second measured here, %2 predicted.").arg(speed, predicted);
}

} // namespace

QString entryText(const QModelIndex& index) {
    const auto entry = index.data(Rows::EntryRole).value<EntryPointer>();
    if (!entry) return {};
    QStringList words{entry->name, factsLine(*entry), chipOf(index, *entry).text, speedSentence(index)};
    words.removeAll(QString());
    return words.join(QStringLiteral(", "));
}

bool EntryDelegate::helpEvent(QHelpEvent* event, QAbstractItemView* view, const QStyleOptionViewItem&,
                              const QModelIndex& index) {
    if (event->type() != QEvent::ToolTip) return false;
    QStringList lines{index.data(Qt::ToolTipRole).toString(), speedSentence(index)};
    lines.removeAll(QString());
    QToolTip::showText(event->globalPos(), lines.join(QLatin1Char('\n')), view);
    return true;
}

QSize EntryDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const {
    return modelRowSize();
}

void EntryDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                          const QModelIndex& index) const {
    const auto entry = index.data(Rows::EntryRole).value<EntryPointer>();
    if (!entry) return;
    paintModelRow(painter, option,
                  {entry->name, factsLine(*entry), shortSpeed(index), chipOf(index, *entry)});
}

} // namespace ui::models
