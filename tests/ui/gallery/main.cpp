// Writes pictures of the widgets in each scheme into a folder, for comparing with the design by eye.
#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QTextStream>
#include <QWidget>
#include <functional>
#include <memory>

#include "tests/ui/gallery/sheets.h"
#include "ui/theme/theme.h"

int main(int argc, char** argv) {
    using Theme = ui::theme::Theme;
    QApplication application(argc, argv);
    const QDir folder(argc > 1 ? QString::fromLocal8Bit(argv[1]) : QStringLiteral("."));
    Theme look(&application);
    const std::pair<Theme::Choice, const char*> schemes[] = {{Theme::Choice::Light, "light"},
                                                             {Theme::Choice::Dark, "dark"},
                                                             {Theme::Choice::Contrast, "contrast"}};
    const std::pair<const char*, std::function<QWidget*()>> sheets[] = {{"widgets", makeWidgetsSheet},
                                                                        {"chat", makeChatSheet},
                                                                        {"models", makeModelsSheet},
                                                                        {"markdown", makeMarkdownSheet},
                                                                        {"states", makeStatesSheet}};
    for (const auto& [choice, scheme] : schemes) {
        look.setChoice(choice);
        for (const auto& [name, make] : sheets) {
            const std::unique_ptr<QWidget> window(make());
            window->show();
            // Let idle work finish.
            QElapsedTimer timer;
            timer.start();
            while (timer.elapsed() < 300)
                QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
            const QString file = folder.filePath(QStringLiteral("%1-%2-%3x.png")
                                                     .arg(QLatin1String(name), QLatin1String(scheme))
                                                     .arg(window->devicePixelRatioF()));
            if (!window->grab().save(file)) return 1;
            QTextStream(stdout) << file << '\n';
        }
    }
    return 0;
}
