// A process that is killed while it makes a smaller copy: tells when it has begun to write.
#include <QCoreApplication>
#include <QTextStream>

#include "app/library/shrinker.h"
#include "tests/support/fake_engine_factory.h"

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    const auto script = std::make_shared<tests::FakeScript>();
    tests::FakeQuantize slow;
    slow.steps = 1000;
    slow.step_time = std::chrono::milliseconds(100);
    script->set_quantize(slow);
    app::library::Shrinker shrinker(tests::fakeEngine(script));
    QObject::connect(&shrinker, &app::library::Shrinker::progressed, &shrinker,
                     [](qint64 done) { QTextStream(stdout) << done << '\n'; });
    shrinker.start({QString::fromLocal8Bit(argv[1]), QStringLiteral("Q4_K_M"),
                    QString::fromLocal8Bit(argv[2]), QStringLiteral("a-Q4_K_M.gguf"), 1000});
    return QCoreApplication::exec();
}
