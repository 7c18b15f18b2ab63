// Table, place, buttons.
#include "ui/models/downloaded/shrink_dialog.h"

#include <QComboBox>
#include <QFormLayout>
#include <QListView>
#include <QPainter>
#include <QStyledItemDelegate>

#include "ui/models/downloaded/library_words.h"
#include "ui/models/fit/model_words.h"
#include "ui/models/fit/variant_row.h"
#include "ui/theme/metrics.h"
#include "ui/theme/palette.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/button.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/panel.h"
#include "ui/widgets/text_label.h"
#include "ui/widgets/worded_rows.h"

namespace ui::models {

using app::bridge::ModelPlan;
using app::bridge::SmallerCopies;
using app::library::CopyRow;
using app::library::Folder;
using app::library::Shrinker;
using Copies = app::library::SmallerCopiesModel;
using widgets::Banner;

namespace {

constexpr int kWidth = 848; // as the load dialog; the words of quality have their whole width

VariantCells cellsOf(const CopyRow& row) {
    VariantCells cells{row.copy.type,
                       row.copy.type,
                       row.copy.bytes,
                       {widgets::Tone::Neutral, theme::Icon::None, ShrinkDialog::tr("Checking…")},
                       0};
    if (!row.plan) return cells;
    cells.chip = fitChip(row.plan->verdict, row.plan->missingBytes);
    if (row.plan->fits()) cells.speed = row.plan->generateTokensPerSecond;
    return cells;
}

QString wordsOf(const CopyRow& row) {
    QStringList words{variantText(cellsOf(row))};
    if (row.recommended) words.append(ShrinkDialog::tr("recommended"));
    return (QStringList{words.join(QStringLiteral(", "))} + row.copy.warnings).join(QStringLiteral(". "));
}

class CopyDelegate : public QStyledItemDelegate {
 public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        const auto row = index.data(Copies::CopyRole).value<CopyRow>();
        const theme::Palette palette = theme::Palette::of(option.palette);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setLayoutDirection(Qt::LeftToRight); // sides are told as they are seen
        paintVariantRow(painter, option, cellsOf(row));
        const QString words = ShrinkDialog::tr("Recommended");
        if (row.recommended)
            widgets::paintChip(painter,
                               chipPlace(option, VariantColumns::of(option.rect, option.direction).action,
                                         words, theme::Icon::Star),
                               palette, widgets::Tone::Accent, words, theme::Icon::Star);
        painter->restore();
    }
    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override {
        return {400, kVariantRowHeight};
    }
};

} // namespace

ShrinkDialog::ShrinkDialog(app::library::Library& library, Shrinker& shrinker, app::bridge::Planner& planner,
                           const app::library::Entry& entry, QWidget* parent)
    : FramedDialog(parent), m_library(library), m_shrinker(shrinker), m_planner(planner), m_entry(entry) {
    setObjectName(QStringLiteral("shrinkDialog"));
    setHeading(tr("Make a smaller copy of %1").arg(entry.name));
    setFacts(factsLine(entry));
    buildTable();
    buildPlace();
    auto* body = new QVBoxLayout;
    body->setContentsMargins(24, 12, 24, 16);
    body->setSpacing(theme::metrics::kSpace3);
    auto* what = new widgets::MutedLabel(
        theme::TextRole::Body, this,
        tr("The same model with fewer bits for each weight, as one GGUF file. The model itself stays as it "
           "is."));
    what->setWordWrap(true);
    body->addWidget(what);
    body->addWidget(m_reading);
    body->addWidget(m_table);
    body->addWidget(m_note);
    body->addWidget(m_place);
    column()->addLayout(body);
    buildButtons();
    connectParts();
    fitHeight();
    m_shrinker.look(entry.path);
}

void ShrinkDialog::buildTable() {
    m_reading = new widgets::TextLabel(theme::TextRole::Body, this, tr("Reading the model…"));
    m_reading->setObjectName(QStringLiteral("shrinkReading"));
    m_note = new Banner(this);
    m_note->setObjectName(QStringLiteral("shrinkNote"));
    m_note->hide();
    m_table = new widgets::Card(this);
    m_table->setContentsMargins(0, 0, 0, 0); // the rows go from edge to edge
    auto* rows = new QVBoxLayout(m_table);
    rows->setContentsMargins(1, 1, 1, 1);
    rows->setSpacing(0);
    m_list = new QListView(m_table);
    m_list->setObjectName(QStringLiteral("shrinkList"));
    m_list->setAccessibleName(tr("Smaller copies"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setMouseTracking(true);
    m_list->setItemDelegate(new CopyDelegate(m_list));
    m_list->setModel(new widgets::WordedRows(
        m_copies,
        [](const QModelIndex& index) { return wordsOf(index.data(Copies::CopyRole).value<CopyRow>()); },
        m_list));
    rows->addWidget(new VariantHead(m_list, m_table));
    rows->addWidget(m_list);
    m_table->hide();
}

void ShrinkDialog::buildPlace() {
    m_place = new QWidget(this);
    m_folder = new QComboBox(m_place);
    m_folder->setObjectName(QStringLiteral("shrinkFolder"));
    m_folder->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_name = new widgets::ElidedLabel(QString(), m_place);
    m_name->setObjectName(QStringLiteral("shrinkName"));
    m_name->setElideMode(Qt::ElideMiddle);
    m_short = new widgets::Chip(QString(), m_place, widgets::Tone::Bad, theme::Icon::Close);
    m_short->setObjectName(QStringLiteral("shrinkShort"));
    auto* file = new QHBoxLayout;
    file->setSpacing(theme::metrics::kSpace3);
    file->addWidget(m_name, 1);
    file->addWidget(m_short);
    auto* form = new QFormLayout(m_place);
    form->setContentsMargins(0, 0, 0, 0);
    form->setHorizontalSpacing(theme::metrics::kSpace4);
    form->setVerticalSpacing(theme::metrics::kSpace2);
    form->setLabelAlignment(Qt::AlignLeft);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(tr("Folder"), m_folder);
    form->addRow(tr("File"), file);
    m_place->hide();
    fillFolders();
}

void ShrinkDialog::buildButtons() {
    auto* cancel = new widgets::Button(tr("Cancel"), this);
    cancel->setMinimumWidth(88);
    cancel->setAutoDefault(false);
    m_make = new widgets::Button(tr("Make the copy"), this, theme::Variant::Primary);
    m_make->setObjectName(QStringLiteral("shrinkMake"));
    m_make->setMinimumWidth(104);
    m_make->setDefault(true);
    m_make->setEnabled(false);
    QHBoxLayout* foot = addFoot();
    foot->addStretch();
    foot->addWidget(cancel);
    foot->addWidget(m_make);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_make, &QPushButton::clicked, this, &ShrinkDialog::make);
}

void ShrinkDialog::connectParts() {
    connect(&m_shrinker, &Shrinker::copiesFound, this,
            [this](const QString& source, const SmallerCopies& copies) {
                if (source == m_entry.path) take(copies);
            });
    connect(&m_planner, &app::bridge::Planner::planned, this, [this](quint64 number, const ModelPlan& plan) {
        if (const QString type = m_asked.take(number); !type.isEmpty()) m_copies.setPlan(type, plan);
    });
    connect(&m_planner, &app::bridge::Planner::failed, this, [this](quint64 number) {
        if (const QString type = m_asked.take(number); !type.isEmpty()) m_copies.setPlan(type, {});
    });
    connect(&m_planner, &app::bridge::Planner::machineChanged, this, &ShrinkDialog::askForPlans);
    connect(&m_copies, &QAbstractItemModel::dataChanged, this, &ShrinkDialog::followRecommendation);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, [this] {
        m_chosen = m_chosen || m_list->currentIndex().row() != m_copies.recommendedRow();
        showCurrent();
    });
    connect(m_folder, &QComboBox::currentIndexChanged, this, &ShrinkDialog::showCurrent);
    connect(&m_library, &app::library::Library::scanned, this, &ShrinkDialog::fillFolders);
}

// Those whose models the library shows, less those of other programs.
void ShrinkDialog::fillFolders() {
    const QString chosen = m_folder->currentData().toString();
    const QSignalBlocker quiet(m_folder);
    m_folder->clear();
    for (const Folder& folder : m_library.folders()) {
        if (folder.isForeign() || !folder.enabled) continue;
        const qint64 free = m_library.report(folder.path).freeBytes;
        if (folder.owner != Folder::Owner::own && free <= 0) continue; // it is not there
        m_folder->addItem(free > 0 ? tr("%1 · %2 free").arg(folder.path, bytesText(free)) : folder.path,
                          folder.path);
    }
    m_folder->setCurrentIndex(qMax(0, m_folder->findData(chosen)));
    m_folder->setToolTip(m_folder->currentData().toString());
    if (m_copies.rowCount() > 0) showCurrent();
}

void ShrinkDialog::take(const SmallerCopies& copies) {
    m_copies.setCopies(copies.copies);
    m_reading->hide();
    const bool any = m_copies.rowCount() > 0;
    m_table->setVisible(any);
    m_place->setVisible(any);
    if (!any) {
        const auto& problem = copies.problem;
        if (problem.isEmpty())
            m_note->setMessage(Banner::Severity::Info, tr("No copy would be much smaller"), QString());
        else
            m_note->setMessage(Banner::Severity::Error, problem.title,
                               QStringList{problem.text, problem.hint}.join(QLatin1Char('\n')).trimmed());
        m_note->show();
        return fitHeight();
    }
    m_list->setFixedHeight(m_copies.rowCount() * kVariantRowHeight);
    followRecommendation();
    askForPlans();
    setAttribute(Qt::WA_KeyboardFocusChange); // Qt sets it for Tab; without it the list does not mark its row
    m_list->setFocus(Qt::PopupFocusReason);
}

void ShrinkDialog::askForPlans() {
    m_asked.clear();
    for (int i = 0; i < m_copies.rowCount(); ++i) {
        app::bridge::PlanQuery query;
        query.path = m_entry.path;
        query.copyAs = m_copies.row(i)->copy.type;
        m_asked.insert(m_planner.plan(query), query.copyAs);
    }
}

void ShrinkDialog::followRecommendation() {
    if (!m_chosen) m_list->setCurrentIndex(m_list->model()->index(m_copies.recommendedRow(), 0));
    showCurrent();
}

const CopyRow* ShrinkDialog::current() const {
    return m_copies.row(m_list->currentIndex().row());
}

void ShrinkDialog::showCurrent() {
    const CopyRow* row = current();
    m_make->setEnabled(row != nullptr);
    if (row == nullptr) return;
    const QString folder = m_folder->currentData().toString();
    const qint64 free = m_library.report(folder).freeBytes;
    const bool isShort = free > 0 && free < row->copy.bytes;
    m_name->setText(tr("%1, %2").arg(copyName(m_entry, row->copy.type), bytesText(row->copy.bytes)));
    m_short->setText(tr("Needs %1 more room").arg(bytesText(row->copy.bytes - free)));
    m_short->setVisible(isShort);
    m_make->setEnabled(!isShort);
    m_make->setAccessibleDescription(isShort ? m_short->text() : m_name->text());
    const QStringList& warnings = row->copy.warnings;
    m_note->setMessage(Banner::Severity::Warning, tr("What the copy loses"),
                       warnings.join(QLatin1Char('\n')));
    m_note->setVisible(!warnings.isEmpty());
    fitHeight();
}

// Wrapped lines have no height before their width is known, so no layout fixes the size. Inner layouts keep
// what they reckoned with a part that is hidden by now, until they are activated.
void ShrinkDialog::fitHeight() {
    column()->activate();
    setFixedSize(kWidth, column()->totalHeightForWidth(kWidth));
}

void ShrinkDialog::make() {
    const CopyRow* row = current();
    if (row == nullptr) return;
    Q_EMIT copyRequested({m_entry.path, row->copy.type, m_folder->currentData().toString(),
                          copyName(m_entry, row->copy.type), row->copy.bytes});
    accept();
}

} // namespace ui::models
