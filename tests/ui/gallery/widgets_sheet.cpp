// The building blocks on one sheet.
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QMenu>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QRadioButton>
#include <QSpinBox>
#include <QStandardItemModel>
#include <QTabBar>
#include <QVBoxLayout>

#include "tests/ui/gallery/sheets.h"
#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/button.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/list_delegate.h"
#include "ui/widgets/meter_bar.h"
#include "ui/widgets/panel.h"
#include "ui/widgets/param_row.h"
#include "ui/widgets/rail_button.h"
#include "ui/widgets/search_field.h"
#include "ui/widgets/segmented.h"
#include "ui/widgets/spinner.h"
#include "ui/widgets/text_area.h"
#include "ui/widgets/toast.h"

using namespace ui;

namespace {

QWidget* makeRail() {
    auto* rail = new widgets::Panel(theme::Token::Window, nullptr, Qt::RightEdge);
    auto* column = new QVBoxLayout(rail);
    column->setContentsMargins(4, 8, 4, 8);
    column->setSpacing(4);
    const std::pair<theme::Icon, const char*> entries[] = {{theme::Icon::Chat, "Chat"},
                                                           {theme::Icon::Cube, "Models"},
                                                           {theme::Icon::Chip, "Hardware"},
                                                           {theme::Icon::Tune, "Fine-tune"},
                                                           {theme::Icon::Server, "Server"}};
    for (const auto& [icon, label] : entries) {
        auto* button = new widgets::RailButton(icon, QString::fromLatin1(label));
        column->addWidget(button);
        if (icon == theme::Icon::Chat) button->setChecked(true);
        if (icon == theme::Icon::Cube) button->setBadge(3);
    }
    column->addStretch(1);
    column->addWidget(new widgets::RailButton(theme::Icon::Gear, QStringLiteral("Settings")));
    rail->setFixedWidth(64);
    return rail;
}

QWidget* makeList() {
    auto* side = new widgets::Panel(theme::Token::Window, nullptr, Qt::RightEdge);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(8, 8, 8, 8);
    auto* fresh =
        new widgets::Button(QStringLiteral("New chat"), nullptr, theme::Variant::Normal, theme::Icon::Plus);
    fresh->setKeyHint(QStringLiteral("Ctrl N"));
    column->addWidget(fresh);
    column->addWidget(new widgets::SearchField(QStringLiteral("Search chats")));
    auto* view = new QListView;
    widgets::dressAsFlatList(view);
    auto* model = new QStandardItemModel(view);
    const auto add = [model](const QString& text, widgets::ListKind kind = widgets::ListKind::Row,
                             theme::Icon icon = theme::Icon::None, const QString& trailing = {},
                             bool busy = false) {
        auto* item = new QStandardItem(text);
        item->setData(static_cast<int>(kind), widgets::kListKindRole);
        item->setData(static_cast<int>(icon), widgets::kListIconRole);
        item->setData(trailing, widgets::kListTrailingRole);
        item->setData(busy, widgets::kListBusyRole);
        if (kind == widgets::ListKind::Heading) item->setFlags(Qt::NoItemFlags);
        model->appendRow(item);
    };
    add(QStringLiteral("Pinned"), widgets::ListKind::Heading, theme::Icon::Pin);
    add(QStringLiteral("Weekly report style guide"));
    add(QStringLiteral("Today"), widgets::ListKind::Heading);
    add(QStringLiteral("Merging sorted log files"), widgets::ListKind::Row, theme::Icon::None, {}, true);
    add(QStringLiteral("A very long title that cannot possibly fit into the list"));
    add(QStringLiteral("Folders"), widgets::ListKind::Heading);
    add(QStringLiteral("Work"), widgets::ListKind::Row, theme::Icon::Folder, QStringLiteral("12"));
    auto* hit = new QStandardItem(QStringLiteral("Search hit"));
    hit->setData(QStringLiteral("…the disk sees long reads…"), widgets::kListDetailRole);
    model->appendRow(hit);
    view->setModel(model);
    view->setCurrentIndex(model->index(3, 0));
    column->addWidget(view, 1);
    side->setFixedWidth(260);
    return side;
}

QWidget* makeControls() {
    auto* page = new widgets::Panel(theme::Token::Base);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(24, 16, 24, 16);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(new widgets::Button(QStringLiteral("Load"), nullptr, theme::Variant::Primary));
    buttons->addWidget(
        new widgets::Button(QStringLiteral("Stop"), nullptr, theme::Variant::Primary, theme::Icon::Stop));
    buttons->addWidget(new widgets::Button(QStringLiteral("Open file…"), nullptr, theme::Variant::Normal,
                                           theme::Icon::Folder));
    buttons->addWidget(
        new widgets::Button(QStringLiteral("Copy"), nullptr, theme::Variant::Flat, theme::Icon::Copy));
    buttons->addWidget(new widgets::Button(QStringLiteral("Delete"), nullptr, theme::Variant::Danger));
    auto* think =
        new widgets::Button(QStringLiteral("Think: auto"), nullptr, theme::Variant::Flat, theme::Icon::Bulb);
    think->setCheckable(true);
    think->setChecked(true);
    buttons->addWidget(think);
    auto* plain = new QPushButton(QStringLiteral("Plain"));
    buttons->addWidget(plain);
    auto* off = new QPushButton(QStringLiteral("Disabled"));
    off->setEnabled(false);
    buttons->addWidget(off);
    buttons->addStretch(1);
    column->addLayout(buttons);
    auto* icons = new QHBoxLayout;
    for (int i = 1; i < theme::kIconCount; i += 3)
        icons->addWidget(new widgets::IconButton(
            static_cast<theme::Icon>(i), QLatin1String(theme::iconName(static_cast<theme::Icon>(i))), nullptr,
            i % 2 != 0 ? widgets::IconButton::Size::Small : widgets::IconButton::Size::Large));
    icons->addStretch(1);
    column->addLayout(icons);
    auto* chips = new QHBoxLayout;
    chips->addWidget(
        new widgets::Chip(QStringLiteral("61.8 tok/s"), nullptr, widgets::Tone::Neutral, theme::Icon::Bolt));
    chips->addWidget(
        new widgets::Chip(QStringLiteral("Fits on GPU"), nullptr, widgets::Tone::Ok, theme::Icon::Check));
    chips->addWidget(
        new widgets::Chip(QStringLiteral("Tight"), nullptr, widgets::Tone::Warn, theme::Icon::Warn));
    chips->addWidget(new widgets::Chip(QStringLiteral("Does not fit"), nullptr, widgets::Tone::Bad));
    chips->addWidget(new widgets::Chip(QStringLiteral("MoE"), nullptr, widgets::Tone::Outline));
    chips->addWidget(new widgets::Chip(QStringLiteral("<|im_end|>"), nullptr, widgets::Tone::Accent));
    auto* filter = new widgets::FilterChip(QStringLiteral("Fits my computer"));
    filter->setChecked(true);
    chips->addWidget(filter);
    chips->addWidget(new widgets::FilterChip(QStringLiteral("Vision")));
    chips->addWidget(new widgets::Spinner);
    auto* meter = new widgets::MeterBar(QStringLiteral("Context"));
    meter->setFraction(0.416);
    chips->addWidget(meter);
    chips->addStretch(1);
    column->addLayout(chips);
    auto* fields = new QHBoxLayout;
    auto* combo = new QComboBox;
    combo->addItems({QStringLiteral("Precise writing *"), QStringLiteral("Other")});
    fields->addWidget(combo);
    auto* line = new QLineEdit(QStringLiteral("Line edit"));
    fields->addWidget(line);
    auto* spin = new QSpinBox;
    spin->setRange(0, 100000);
    spin->setValue(4096);
    fields->addWidget(spin);
    auto* check = new QCheckBox(QStringLiteral("Limit reply length"));
    check->setChecked(true);
    fields->addWidget(check);
    fields->addWidget(new QCheckBox(QStringLiteral("Structured output")));
    auto* radio = new QRadioButton(QStringLiteral("Radio"));
    radio->setChecked(true);
    fields->addWidget(radio);
    fields->addWidget(new widgets::Segmented(QStringLiteral("Mode"),
                                             {QStringLiteral("Simple"), QStringLiteral("Advanced")}));
    column->addLayout(fields);
    auto* tabs = new QTabBar;
    for (const char* name : {"Chat", "Model", "Files"})
        tabs->addTab(QString::fromLatin1(name));
    column->addWidget(tabs);
    column->addWidget(new widgets::ParamRow(QStringLiteral("Temperature"), QStringLiteral("How much chance."),
                                            {0, 2, 0.01, 2, 0.7}));
    auto* area = new widgets::TextArea(QStringLiteral("System prompt"));
    area->setPlainText(
        QStringLiteral("You are a careful senior engineer. Answer briefly, show code that compiles, and name "
                       "the trade-offs."));
    area->setFixedHeight(84);
    column->addWidget(area);
    auto* progress = new QProgressBar;
    progress->setValue(42);
    column->addWidget(progress);
    auto* banner = new widgets::Banner;
    banner->setMessage(
        widgets::Banner::Severity::Error, QStringLiteral("The model could not be opened"),
        QStringLiteral("The file ends after 1.2 GB of 4.9 GB. The download was probably cut off."),
        QStringLiteral("gguf: tensor blk.12.ffn_up.weight ends at 4912345678, file size 1234567890"));
    banner->setAction(QStringLiteral("Download again"));
    banner->setDismissible(true);
    column->addWidget(banner);
    auto* warn = new widgets::Banner;
    warn->setMessage(widgets::Banner::Severity::Warning, QStringLiteral("The context is 92 % full"),
                     QString());
    column->addWidget(warn);
    column->addWidget(
        new widgets::EmptyState(theme::Icon::Cube,
                                QStringLiteral("No model yet. Pick one that fits this computer."),
                                QStringLiteral("Find a model")),
        1);
    return page;
}

} // namespace

QWidget* makeWidgetsSheet() {
    auto* window = new QWidget;
    auto* row = new QHBoxLayout(window);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(makeRail());
    row->addWidget(makeList());
    row->addWidget(makeControls(), 1);
    auto* toast = new widgets::Toast(window);
    window->resize(1280, 800);
    toast->show(QStringLiteral("Deleted “Merging sorted log files”"), QStringLiteral("Undo"));
    return window;
}
