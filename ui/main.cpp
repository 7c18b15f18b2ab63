// tandem: the window. A file argument opens it; a second start hands its file to the window that is there.
#include <QApplication>
#include <QCommandLineParser>
#include <QFileInfo>

#include "app/application/application.h"
#include "app/application/instance_gate.h"
#include "app/bridge/header_probe.h"
#include "app/bridge/local_engine.h"
#include "ui/shell/main_window.h"
#include "ui/theme/theme.h"

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("Tandem"));
    QApplication::setApplicationVersion(QStringLiteral(TANDEM_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("tandem"));

    QCommandLineParser parser;
    parser.setApplicationDescription(
        QApplication::translate("main", "Runs large language models on this computer."));
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption newWindow(QStringLiteral("new-window"),
                                       QApplication::translate("main", "Open a window of its own."));
    parser.addOption(newWindow);
    parser.addPositionalArgument(
        QStringLiteral("file"),
        QApplication::translate("main", "A model to open, or the word guide (built in)."),
        QStringLiteral("[file]"));
    parser.process(application);

    const QString builtIn = app::library::RecentModels::findBuiltIn(QApplication::applicationDirPath());
    QString file = parser.positionalArguments().value(0);
    if (file == QLatin1String("guide"))
        file = builtIn;
    else if (!file.isEmpty())
        file = QFileInfo(file).absoluteFilePath();

    app::application::Setup setup;
    setup.engine = app::bridge::localEngine();
    setup.builtInModel = builtIn;
    setup.probeHeader = app::bridge::probeGguf;
    app::application::InstanceGate gate(setup.paths);
    if (!parser.isSet(newWindow) && gate.handOver(file.isEmpty() ? QStringList() : QStringList(file)))
        return 0;
    gate.listen();

    ui::theme::Theme theme(&application);
    app::application::Application services(setup);
    ui::shell::MainWindow window(services, theme);
    QObject::connect(&gate, &app::application::InstanceGate::filesReceived, &window,
                     [&window](const QStringList& files) {
                         if (!files.isEmpty()) window.openModelFile(files.first());
                         window.comeToFront();
                     });
    if (file.isEmpty()) window.offerFirstRun();
    window.show();
    services.start(file);
    return QApplication::exec();
}
