// Colours are readable in every scheme, icons are whole, and the application follows the desktop.
#include <QApplication>
#include <QCheckBox>
#include <QFocusFrame>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QVBoxLayout>

#include "ui/theme/fonts.h"
#include "ui/theme/icons.h"
#include "ui/theme/palette.h"
#include "ui/theme/path_data.h"
#include "ui/theme/style.h"
#include "ui/theme/system_look.h"
#include "ui/theme/theme.h"

using namespace ui::theme;

namespace {

constexpr Scheme kSchemes[] = {Scheme::Light, Scheme::Dark, Scheme::Contrast};
constexpr Token kSurfaces[] = {Token::Window, Token::Base, Token::Raised};
constexpr Token kTints[] = {Token::AccentTint, Token::OkTint, Token::WarnTint, Token::BadTint};

class FakeLookSource : public SystemLookSource {
 public:
    using SystemLookSource::setLook;
    using SystemLookSource::SystemLookSource;
};

std::vector<Token> range(Token first, Token last) {
    std::vector<Token> tokens;
    for (int i = static_cast<int>(first); i <= static_cast<int>(last); ++i)
        tokens.push_back(static_cast<Token>(i));
    return tokens;
}

struct Pair {
    Token ink;
    Token ground;
    double least;
};

// Every pair of tokens that may lie on each other, with the ratio that WCAG 2 AA asks for.
std::vector<Pair> pairs() {
    std::vector<Pair> all;
    const auto on = [&](Token ink, const auto& grounds, double least) {
        for (Token ground : grounds)
            all.push_back({ink, ground, least});
    };
    for (Token ink : {Token::Text, Token::Muted}) {
        on(ink, kSurfaces, 4.5);
        on(ink, kTints, 4.5);
        on(ink, std::initializer_list<Token>{Token::Hover, Token::CodeBg}, 4.5);
    }
    for (Token ink : {Token::Accent, Token::Ok, Token::Warn, Token::Bad})
        on(ink, kSurfaces, 4.5);
    all.push_back({Token::Accent, Token::AccentTint, 4.5});
    all.push_back({Token::Ok, Token::OkTint, 4.5});
    all.push_back({Token::Warn, Token::WarnTint, 4.5});
    all.push_back({Token::Bad, Token::BadTint, 4.5});
    all.push_back({Token::AccentText, Token::Accent, 4.5});
    all.push_back({Token::SelectionText, Token::Selection, 4.5});
    for (Token ink : range(Token::SynKeyword, Token::SynOperator))
        all.push_back({ink, Token::CodeBg, 4.5});
    for (Token fill : range(Token::TierVram, Token::MemOther))
        all.push_back({Token::OnFill, fill, 4.5});
    on(Token::Control, kSurfaces, 3.0);
    for (Token mark : range(Token::TierVram, Token::MemOther))
        on(mark, kSurfaces, 3.0);
    for (Token mark : range(Token::Series1, Token::Series6))
        on(mark, kSurfaces, 3.0);
    return all;
}

int inkPixels(const QImage& image) {
    int count = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            count += qAlpha(image.pixel(x, y)) > 0;
    return count;
}

} // namespace

class ThemeTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void cleanup() {
        qApp->setStyle(QStringLiteral("Fusion"));
        qApp->setPalette(QPalette());
    }

    void contrastRatioIsWcag() {
        QCOMPARE(qRound(contrastRatio(Qt::black, Qt::white) * 100), 2100);
        QCOMPARE(qRound(contrastRatio(Qt::white, Qt::white) * 100), 100);
        // #767676 on white is the darkest grey that just passes 4.5.
        QVERIFY(contrastRatio(QColor(0x767676), Qt::white) >= 4.5);
        QVERIFY(contrastRatio(QColor(0x777777), Qt::white) < 4.5);
    }

    void everyPairIsReadable_data() {
        QTest::addColumn<int>("scheme");
        QTest::newRow("light") << int(Scheme::Light);
        QTest::newRow("dark") << int(Scheme::Dark);
        QTest::newRow("contrast") << int(Scheme::Contrast);
    }

    void everyPairIsReadable() {
        QFETCH(int, scheme);
        const Palette palette{static_cast<Scheme>(scheme)};
        for (const Pair& pair : pairs()) {
            const double ratio = contrastRatio(palette[pair.ink], palette[pair.ground]);
            QVERIFY2(ratio >= pair.least, qPrintable(QStringLiteral("%1 on %2: %3 < %4")
                                                         .arg(QLatin1String(tokenName(pair.ink)),
                                                              QLatin1String(tokenName(pair.ground)))
                                                         .arg(ratio)
                                                         .arg(pair.least)));
        }
    }

    // Hovered and pressed buttons move their fill; the label must stay readable on it.
    void buttonLabelsStayReadable() {
        for (Scheme scheme : kSchemes)
            for (Variant variant : {Variant::Normal, Variant::Primary, Variant::Danger})
                for (QStyle::State extra : {QStyle::State(), QStyle::State(QStyle::State_MouseOver),
                                            QStyle::State(QStyle::State_Sunken | QStyle::State_MouseOver)}) {
                    const ButtonLook look =
                        buttonLook(Palette(scheme), variant, QStyle::State_Enabled | extra);
                    QVERIFY(contrastRatio(look.ink, look.fill) >= 4.5);
                }
    }

    void paletteIsFoundAgain() {
        for (Scheme scheme : kSchemes) {
            QLabel label;
            label.setPalette(Palette(scheme).toQPalette());
            QCOMPARE(Palette::of(&label).scheme(), scheme);
            QPalette changed = label.palette();
            changed.setColor(QPalette::WindowText, Qt::red);
            changed.setColor(QPalette::Base, Qt::blue);
            QCOMPARE(Palette::of(changed).scheme(), scheme);
        }
        QPalette foreign(QColor(0x202020));
        QCOMPARE(Palette::of(foreign).scheme(), Scheme::Dark);
        QCOMPARE(Palette::of(QPalette(QColor(0xEEEEEE))).scheme(), Scheme::Light);
    }

    void disabledTextDiffers() {
        for (Scheme scheme : kSchemes) {
            const QPalette palette = Palette(scheme).toQPalette();
            QVERIFY(palette.color(QPalette::Disabled, QPalette::Text) !=
                    palette.color(QPalette::Active, QPalette::Text));
            QCOMPARE(palette.color(QPalette::Inactive, QPalette::Highlight),
                     palette.color(QPalette::Active, QPalette::Highlight));
        }
    }

    void pathData_data() {
        QTest::addColumn<QByteArray>("data");
        QTest::addColumn<QRectF>("bounds");
        QTest::newRow("lines") << QByteArray("M4 5.5h16v11h-9l-4.5 3.5v-3.5H4z") << QRectF(4, 5.5, 16, 14.5);
        QTest::newRow("packed numbers") << QByteArray("M1-2.5.5L3-4") << QRectF();
        QTest::newRow("packed pair") << QByteArray("M1-2L3-4.5") << QRectF(1, -4.5, 2, 2.5);
        QTest::newRow("arc") << QByteArray("M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z") << QRectF(9, 9, 6, 6);
        QTest::newRow("flags unspaced") << QByteArray("M12 9a3 3 0 100 6 3 3 0 000-6z") << QRectF(9, 9, 6, 6);
        QTest::newRow("cubic") << QByteArray("M0 0C0 4 4 4 4 0") << QRectF(0, 0, 4, 3);
        QTest::newRow("garbage") << QByteArray("M1 x") << QRectF();
        QTest::newRow("no command") << QByteArray("1 2") << QRectF();
    }

    void pathData() {
        QFETCH(QByteArray, data);
        QFETCH(QRectF, bounds);
        const auto path = parsePathData(data.constData());
        QCOMPARE(path.has_value(), bounds.isValid());
        if (!path) return;
        const QRectF found = path->boundingRect();
        for (auto [a, b] :
             {std::pair(found.left(), bounds.left()), std::pair(found.top(), bounds.top()),
              std::pair(found.right(), bounds.right()), std::pair(found.bottom(), bounds.bottom())})
            QVERIFY2(std::abs(a - b) < 0.02, qPrintable(QStringLiteral("%1 is not %2").arg(a).arg(b)));
    }

    void everyIconIsDrawn() {
        for (int i = 1; i < kIconCount; ++i) {
            const auto icon = static_cast<Icon>(i);
            const QRectF bounds = iconPath(icon).boundingRect();
            QVERIFY2(QRectF(1, 1, 22, 22).contains(bounds.adjusted(0, 0, 0.01, 0.01)), iconName(icon));
            for (int side : {14, 16, 20, 22, 44}) {
                QImage image(side, side, QImage::Format_ARGB32_Premultiplied);
                image.fill(Qt::transparent);
                QPainter painter(&image);
                paintIcon(&painter, icon, image.rect(), Qt::black);
                painter.end();
                QVERIFY2(inkPixels(image) >= side / 4, iconName(icon));
            }
        }
    }

    void menuIconsFollowThePalette() {
        const QIcon icon = menuIcon(Icon::Trash);
        for (Scheme scheme : kSchemes) {
            qApp->setPalette(Palette(scheme).toQPalette());
            const QImage image = icon.pixmap(QSize(20, 20), 2.0).toImage();
            QCOMPARE(image.width(), 40);
            QColor darkest;
            int best = 0;
            for (int y = 0; y < image.height(); ++y)
                for (int x = 0; x < image.width(); ++x)
                    if (image.pixelColor(x, y).alpha() > best) {
                        darkest = image.pixelColor(x, y);
                        best = darkest.alpha();
                    }
            QCOMPARE(best, 255);
            QCOMPARE(darkest.rgb(), Palette(scheme)[Token::Muted].rgb());
        }
        QVERIFY(menuIcon(Icon::None).isNull());
    }

    void followsTheDesktop() {
        FakeLookSource source;
        source.setLook({.dark = true});
        Theme theme(qApp, &source);
        QSignalSpy changes(&theme, &Theme::schemeChanged);
        QWidget window;
        QCOMPARE(Palette::of(&window).scheme(), Scheme::Dark);
        QVERIFY(!prefersReducedMotion(&window));
        source.setLook({.dark = false});
        QCOMPARE(Palette::of(&window).scheme(), Scheme::Light);
        source.setLook({.dark = true, .highContrast = true, .reducedMotion = true});
        QCOMPARE(Palette::of(&window).scheme(), Scheme::Contrast);
        QVERIFY(prefersReducedMotion(&window));
        QCOMPARE(changes.count(), 2);
        theme.setChoice(Theme::Choice::Light);
        QCOMPARE(Palette::of(&window).scheme(), Scheme::Light);
        source.setLook({.dark = true});
        QCOMPARE(theme.scheme(), Scheme::Light);
        theme.setChoice(Theme::Choice::System);
        QCOMPARE(theme.scheme(), Scheme::Dark);
        theme.setMotion(Theme::Motion::Reduced);
        QVERIFY(prefersReducedMotion(&window));
    }

    void withoutADesktopItIsLight() {
        SystemLookSource source;
        QCOMPARE(source.look().scheme(), Scheme::Light);
        QVERIFY(!source.look().reducedMotion);
    }

    void fontsFollowTheScale() {
        QCOMPARE(font(TextRole::Body).pointSizeF(), 9.75);
        QCOMPARE(font(TextRole::Transcript, 2.0).pointSizeF(), 21.0);
        QCOMPARE(font(TextRole::Title).weight(), QFont::DemiBold);
        for (TextRole role : {TextRole::Caption, TextRole::Body, TextRole::Transcript, TextRole::Code})
            for (qreal zoom : {0.8, 1.0, 2.0})
                QVERIFY(lineHeight(role, zoom) >= QFontMetricsF(font(role, zoom)).height());
    }

    void buttonsHaveTheDesignsHeights() {
        FakeLookSource source;
        Theme theme(qApp, &source);
        QPushButton plain(QStringLiteral("OK"));
        QCOMPARE(plain.sizeHint().height(), 32);
        QPushButton small(QStringLiteral("OK"));
        setSmall(&small);
        QCOMPARE(small.sizeHint().height(), 28);
    }

    void focusRingComesWithTheKeyboard() {
        FakeLookSource source;
        Theme theme(qApp, &source);
        QWidget window;
        auto* column = new QVBoxLayout(&window);
        column->setContentsMargins(20, 20, 20, 20);
        auto* first = new QPushButton(QStringLiteral("First"));
        auto* second = new QCheckBox(QStringLiteral("Second"));
        column->addWidget(first);
        column->addWidget(second);
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        first->setFocus(Qt::TabFocusReason);
        QTRY_COMPARE(window.findChildren<QFocusFrame*>().size(), 1);
        QTRY_VERIFY(window.findChild<QFocusFrame*>()->geometry().contains(first->geometry()));
        second->setFocus(Qt::MouseFocusReason);
        QTRY_VERIFY(!window.findChild<QFocusFrame*>()->isVisible());
    }
};

QTEST_MAIN(ThemeTest)
#include "theme_test.moc"
