// Takes the lock of an instance in the folder of the first argument, prints its id and waits to be killed.
#include <QCoreApplication>
#include <QTextStream>

#include "app/storage/instance_lock.h"

int main(int argc, char** argv) {
    QCoreApplication application(argc, argv);
    const app::storage::InstanceLock lock(application.arguments().at(1));
    QTextStream(stdout) << (lock.held() ? lock.id() : QStringLiteral("refused")) << Qt::endl;
    return application.exec();
}
