// The building blocks: what they emit, what they are called, that they keep their promises about layout and
// time.
#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QMenu>
#include <QPainter>
#include <QSignalSpy>
#include <QSlider>
#include <QStandardItemModel>
#include <QTest>

#include "ui/theme/system_look.h"
#include "ui/theme/theme.h"
#include "ui/widgets/announcer.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/button.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/count_spin_box.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/list_delegate.h"
#include "ui/widgets/meter_bar.h"
#include "ui/widgets/param_row.h"
#include "ui/widgets/rail_button.h"
#include "ui/widgets/reading_order.h"
#include "ui/widgets/search_field.h"
#include "ui/widgets/segmented.h"
#include "ui/widgets/spinner.h"
#include "ui/widgets/text_area.h"
#include "ui/widgets/toast.h"

using namespace ui::widgets;
namespace theme = ui::theme;

namespace {

class FakeLookSource : public theme::SystemLookSource {
 public:
    using SystemLookSource::setLook;
    using SystemLookSource::SystemLookSource;
};

} // namespace

class WidgetsTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void initTestCase() {
        m_source = new FakeLookSource(this);
        m_theme = std::make_unique<theme::Theme>(qApp, m_source);
    }

    void cleanupTestCase() { m_theme.reset(); }
    void init() { m_source->setLook({}); }

    void countsAreGroupedAndReadBack() {
        QCOMPARE(grouped(0), QStringLiteral("0"));
        QCOMPARE(grouped(999), QStringLiteral("999"));
        QCOMPARE(grouped(1234567), QStringLiteral("1\u202f234\u202f567"));
        QCOMPARE(grouped(-123), QStringLiteral("-123"));
        CountSpinBox box;
        box.setRange(0, 1'000'000);
        box.setSpecialValueText(QStringLiteral("Automatic"));
        QCOMPARE(box.text(), QStringLiteral("Automatic"));
        box.setValue(8192);
        QCOMPARE(box.text(), QStringLiteral("8\u202f192"));
        box.selectAll();
        QTest::keyClicks(&box, QStringLiteral("32,768"));
        QTest::keyClick(&box, Qt::Key_Return);
        QCOMPARE(box.value(), 32768);
        QCOMPARE(box.text(), QStringLiteral("32\u202f768"));
        QTest::keyClicks(&box, QStringLiteral("x")); // no digit
        QCOMPARE(box.value(), 32768);
    }

    // Made in another order than they stand in, and one of them deeper.
    void tabGoesInReadingOrder() {
        QWidget window;
        QWidget right(&window), left(&window);
        QPushButton second(&left), first(&left), third(&right), hidden(&right);
        left.setGeometry(0, 0, 100, 100);
        right.setGeometry(100, 2, 100, 100); // the same line
        first.setGeometry(0, 0, 50, 20);
        second.setGeometry(0, 40, 50, 20);
        third.setGeometry(0, 0, 50, 20);
        window.show();
        hidden.hide();
        QCOMPARE(tabStops(&window), QList<QWidget*>({&first, &second, &third}));
        window.setLayoutDirection(Qt::RightToLeft);
        QCOMPARE(tabStops(&window), QList<QWidget*>({&third, &first, &second}));
    }

    // A slider is lower than the field behind it and begins further down.
    void tabGoesThroughARowInReadingOrder() {
        ParamRow row(QStringLiteral("Top-p"), QStringLiteral("Help."), {});
        row.show();
        const QList<QWidget*> stops = tabStops(&row);
        QCOMPARE(stops.size(), 2);
        QVERIFY(qobject_cast<QSlider*>(stops[0]) != nullptr);
        QVERIFY(qobject_cast<QDoubleSpinBox*>(stops[1]) != nullptr);
    }

    void everyFocusableWidgetHasAName() {
        QWidget window;
        auto* row = new QHBoxLayout(&window);
        row->addWidget(new Button(QStringLiteral("Load")));
        row->addWidget(new IconButton(theme::Icon::Copy, QStringLiteral("Copy")));
        row->addWidget(new RailButton(theme::Icon::Chat, QStringLiteral("Chat")));
        row->addWidget(new FilterChip(QStringLiteral("Vision")));
        row->addWidget(new SearchField(QStringLiteral("Search chats")));
        row->addWidget(new Segmented(QStringLiteral("Mode"), {QStringLiteral("A"), QStringLiteral("B")}));
        row->addWidget(new ParamRow(QStringLiteral("Top-p"), QStringLiteral("Help."), {}));
        row->addWidget(new TextArea(QStringLiteral("System prompt")));
        row->addWidget(new EmptyState(theme::Icon::Cube, QStringLiteral("Nothing."), QStringLiteral("Do")));
        auto* banner = new Banner;
        banner->setMessage(Banner::Severity::Error, QStringLiteral("T"), QStringLiteral("x"),
                           QStringLiteral("d"));
        banner->setAction(QStringLiteral("Fix"));
        banner->setDismissible(true);
        row->addWidget(banner);
        Toast toast(&window);
        toast.show(QStringLiteral("Deleted"), QStringLiteral("Undo"));
        int focusable = 0;
        const auto all = window.findChildren<QWidget*>();
        for (QWidget* widget : all) {
            if (widget->focusPolicy() == Qt::NoFocus || widget->focusProxy() != nullptr) continue;
            if (widget->objectName().startsWith(QLatin1String("qt_"))) continue; // parts of Qt's own widgets
            QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
            QVERIFY2(!face->text(QAccessible::Name).isEmpty(), widget->metaObject()->className());
            ++focusable;
        }
        QVERIFY(focusable >= 14);
    }

    void iconButtonNamesItself() {
        IconButton button(theme::Icon::Copy, QStringLiteral("Copy"));
        QCOMPARE(button.toolTip(), QStringLiteral("Copy"));
        button.setName(QStringLiteral("Copy reply"), QStringLiteral("Ctrl+Shift+C"));
        QCOMPARE(button.accessibleName(), QStringLiteral("Copy reply"));
        QVERIFY(button.toolTip().contains(QStringLiteral("Ctrl+Shift+C")));
        QSignalSpy clicks(&button, &QAbstractButton::clicked);
        QTest::keyClick(&button, Qt::Key_Return);
        QTest::keyClick(&button, Qt::Key_Space);
        QCOMPARE(clicks.count(), 2);
    }

    void toastUndoRunsOnceAndOnlyForItsMessage() {
        QWidget host;
        host.resize(400, 300);
        host.show();
        Toast toast(&host);
        int undone = 0;
        toast.show(QStringLiteral("First"), QStringLiteral("Undo"), [&] { undone += 1; });
        toast.show(QStringLiteral("Second"), QStringLiteral("Undo"), [&] { undone += 10; });
        QCOMPARE(toast.message(), QStringLiteral("Second"));
        auto* action = toast.findChild<QAbstractButton*>(QStringLiteral("toastAction"));
        action->click();
        action->click();
        QCOMPARE(undone, 10);
        QVERIFY(!toast.isVisible());
        QVERIFY(host.rect().contains(toast.geometry()));
    }

    void toastGoesByItself() {
        QWidget host;
        host.resize(400, 300);
        Button elsewhere(QStringLiteral("Elsewhere"), &host);
        host.show();
        elsewhere.setFocus();
        Toast toast(&host);
        toast.show(QStringLiteral("Saved"), QString(), {}, 30);
        QVERIFY(toast.isVisible());
        QTRY_VERIFY(!toast.isVisible());
        toast.show(QStringLiteral("Again"));
        QTest::keyClick(&toast, Qt::Key_Escape);
        QVERIFY(!toast.isVisible());
    }

    void bannerShowsDetailsOnDemand() {
        Banner banner;
        banner.setMessage(Banner::Severity::Error, QStringLiteral("Title"), QStringLiteral("Text"),
                          QStringLiteral("engine said so"));
        banner.show();
        const auto texts = [&] {
            QStringList shown;
            const auto labels = banner.findChildren<QLabel*>();
            for (QLabel* label : labels)
                if (label->isVisible()) shown << label->text();
            return shown;
        };
        QCOMPARE(texts(), (QStringList{QStringLiteral("Title"), QStringLiteral("Text")}));
        const auto buttons = banner.findChildren<Button*>();
        for (Button* button : buttons)
            if (button->isVisible()) button->click();
        QVERIFY(texts().contains(QStringLiteral("engine said so")));
        for (Button* button : buttons)
            if (button->text() == QStringLiteral("Copy details")) button->click();
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("engine said so"));
        // Markup in an error message is text.
        banner.setMessage(Banner::Severity::Info, QStringLiteral("<b>x</b>"), QString());
        QCOMPARE(banner.findChild<QLabel*>()->textFormat(), Qt::PlainText);
    }

    void segmentedEmitsOnlyForThePerson() {
        Segmented choice(QStringLiteral("Mode"),
                         {QStringLiteral("A"), QStringLiteral("B"), QStringLiteral("C")});
        QSignalSpy chosen(&choice, &Segmented::chosen);
        choice.setCurrent(2);
        QCOMPARE(choice.current(), 2);
        QCOMPARE(chosen.count(), 0);
        choice.findChildren<QAbstractButton*>().at(1)->click();
        QCOMPARE(chosen.count(), 1);
        QCOMPARE(chosen.at(0).at(0).toInt(), 1);
    }

    void paramRowKeepsOneValue_data() {
        QTest::addColumn<bool>("logarithmic");
        QTest::newRow("linear") << false;
        QTest::newRow("logarithmic") << true;
    }

    void paramRowKeepsOneValue() {
        QFETCH(bool, logarithmic);
        ParamRow row(QStringLiteral("Context"), QStringLiteral("Help."),
                     {512, 131072, 512, 0, 4096, logarithmic});
        auto* slider = row.findChild<QSlider*>();
        auto* spin = row.findChild<QDoubleSpinBox*>();
        QSignalSpy edited(&row, &ParamRow::edited);
        QCOMPARE(row.value(), 4096.0);
        QVERIFY(row.isStandard());
        row.setValue(8192);
        QCOMPARE(edited.count(), 0);
        QCOMPARE(spin->value(), 8192.0);
        slider->setValue(slider->maximum());
        QCOMPARE(row.value(), 131072.0);
        slider->setValue(slider->minimum());
        QCOMPARE(row.value(), 512.0);
        QCOMPARE(edited.count(), 2);
        const int before = slider->value();
        spin->setValue(65536);
        QVERIFY(slider->value() > before);
        QCOMPARE(edited.count(), 3);
        QVERIFY(!row.isStandard());
    }

    void sliderDoesNotRoundTheTypedValue() {
        ParamRow row(QStringLiteral("Temperature"), QString(), {0, 2, 0.01, 2, 0.7});
        row.findChild<QDoubleSpinBox*>()->setValue(1.37);
        QCOMPARE(row.value(), 1.37);
    }

    void wheelPassesOverUnfocusedFields() {
        ParamRow row(QStringLiteral("Top-k"), QString(), {0, 100, 1, 0, 20});
        row.show();
        auto* slider = row.findChild<QSlider*>();
        QWheelEvent wheel(QPointF(5, 5), slider->mapToGlobal(QPointF(5, 5)), QPoint(), QPoint(0, 120),
                          Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(slider, &wheel);
        QCOMPARE(row.value(), 20.0);
    }

    void meterIsBounded() {
        MeterBar meter(QStringLiteral("Context"));
        for (double value : {-1.0, 2.0, std::nan(""), 0.5})
            meter.setFraction(value);
        QCOMPARE(meter.fraction(), 0.5);
        QCOMPARE(meter.accessibleDescription(), QStringLiteral("50 %"));
        meter.setFraction(std::nan(""));
        QCOMPARE(meter.fraction(), 0.0);
    }

    void spinnerBecomesAWord() {
        Spinner spinner;
        QCOMPARE(spinner.sizeHint(), QSize(14, 14));
        m_source->setLook({.reducedMotion = true});
        QVERIFY(spinner.sizeHint().width() > 20);
    }

    void elidedLabelShrinksAndNamesTheWholeText() {
        ElidedLabel label(QStringLiteral("A rather long line of text that will not fit"));
        QVERIFY(label.minimumSizeHint().width() < label.sizeHint().width() / 3);
        QCOMPARE(label.accessibleName(), label.text());
    }

    void searchFieldClearsOnEscape() {
        SearchField field(QStringLiteral("Search"));
        QSignalSpy leave(&field, &SearchField::leaveRequested);
        field.setText(QStringLiteral("abc"));
        QTest::keyClick(&field, Qt::Key_Escape);
        QVERIFY(field.text().isEmpty());
        QTest::keyClick(&field, Qt::Key_Down);
        QCOMPARE(leave.count(), 1);
    }

    void railBadgeIsSpoken() {
        RailButton button(theme::Icon::Cube, QStringLiteral("Models"));
        button.setBadge(3);
        QCOMPARE(button.accessibleName(), QStringLiteral("Models, 3 at work"));
        button.setBadge(0);
        QCOMPARE(button.accessibleName(), QStringLiteral("Models"));
    }

    void textAreaLeavesWithTab() {
        QWidget window;
        auto* row = new QHBoxLayout(&window);
        auto* area = new TextArea(QStringLiteral("Prompt"));
        auto* next = new Button(QStringLiteral("Next"));
        row->addWidget(area);
        row->addWidget(next);
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        area->setFocus();
        QTest::keyClick(area, Qt::Key_Tab);
        QTRY_VERIFY(next->hasFocus());
        QVERIFY(area->toPlainText().isEmpty());
    }

    // Every widget paints itself in every scheme and at an odd scale without touching pixels outside its
    // rectangle.
    void listPaintsInEveryScheme() {
        QListView view;
        dressAsFlatList(&view);
        QStandardItemModel model;
        auto* heading = new QStandardItem(QStringLiteral("Today"));
        heading->setData(static_cast<int>(ListKind::Heading), kListKindRole);
        model.appendRow(heading);
        auto* busy = new QStandardItem(QStringLiteral("Busy"));
        busy->setData(true, kListBusyRole);
        model.appendRow(busy);
        auto* hit = new QStandardItem(QStringLiteral("Hit"));
        hit->setData(QStringLiteral("snippet"), kListDetailRole);
        model.appendRow(hit);
        view.setModel(&model);
        view.resize(260, 200);
        view.show();
        QVERIFY(view.visualRect(model.index(2, 0)).height() > view.visualRect(model.index(1, 0)).height());
        for (const theme::SystemLook& look : {theme::SystemLook{}, {.dark = true}, {.highContrast = true}}) {
            m_source->setLook(look);
            view.setCurrentIndex(model.index(1, 0));
            const QImage image = view.grab().toImage();
            const QRect row = view.visualRect(model.index(1, 0));
            const QPoint inside = row.center() + QPoint(40, 0);
            QCOMPARE(image.pixelColor(inside * image.devicePixelRatio()).rgb(),
                     theme::Palette(look.scheme())[theme::Token::Hover].rgb());
        }
    }

 private:
    FakeLookSource* m_source = nullptr;
    std::unique_ptr<theme::Theme> m_theme;
};

QTEST_MAIN(WidgetsTest)
#include "widgets_test.moc"
