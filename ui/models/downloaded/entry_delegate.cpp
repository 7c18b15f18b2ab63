// What is said of a model on this computer.
#include "ui/models/downloaded/entry_delegate.h"

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

} // namespace

QSize EntryDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const {
    return modelRowSize();
}

void EntryDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                          const QModelIndex& index) const {
    const auto entry = index.data(Rows::EntryRole).value<EntryPointer>();
    if (!entry) return;
    const QString speed = speedText(index.data(Rows::SpeedRole).toDouble());
    paintModelRow(painter, option,
                  {entry->name, factsLine(*entry), speed.isEmpty() ? QString() : tr("%1 tok/s").arg(speed),
                   chipOf(index, *entry)});
}

} // namespace ui::models
