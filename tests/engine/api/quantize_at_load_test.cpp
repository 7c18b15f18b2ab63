// Quantising at load as a plan's choice: the load obeys it, and takes the memory that was planned, also while
// it converts.
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cmath>

#include "engine/api/engine.h"
#include "engine/api/plan.h"
#include "engine/measure/synthetic_model.h"

using namespace engine;
using namespace engine::api;

namespace {

int64_t status(const QByteArray& key) {
    QFile file(QStringLiteral("/proc/self/status"));
    if (!file.open(QIODevice::ReadOnly)) return 0;
    for (const QByteArray& line : file.readAll().split('\n'))
        if (line.startsWith(key)) return line.mid(key.size()).replace("kB", "").trimmed().toLongLong() * 1024;
    return 0;
}

// From here on VmHWM is the highest since; false: this system does not do that.
bool forget_peak() {
    QFile file(QStringLiteral("/proc/self/clear_refs"));
    return file.open(QIODevice::WriteOnly | QIODevice::Unbuffered) && file.write("5") == 1 &&
           status("VmHWM:") - status("VmRSS:") < (1 << 20);
}

const PlanDevice& memory_of(const Plan& plan) {
    return *std::find_if(plan.devices.begin(), plan.devices.end(),
                         [](const PlanDevice& d) { return d.kind == DeviceKind::processor; });
}

} // namespace

class QuantizeAtLoadTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void initTestCase() {
        auto shape = measure::find_shape("tiny");
        QVERIFY(shape.ok());
        shape->layers = 8;
        shape->width = shape->expert_width = 512;
        const auto mixture = measure::find_mixture("F16");
        QVERIFY(mixture.ok());
        QVERIFY(measure::write_synthetic_model(*shape, *mixture, 1, path(), {}, {}).ok());
        auto engine = create_engine({});
        QVERIFY(engine.ok());
        m_engine = std::move(engine).value();
        m_machine = see_machine();
    }

    void memoryIsAsPlanned_data() {
        QTest::addColumn<QByteArray>("type");
        for (const char* type : {"", "Q8_0", "Q4_K_M", "Q2_K"})
            QTest::newRow(*type == 0 ? "as it is" : type) << QByteArray(type);
    }
    void memoryIsAsPlanned() {
#ifdef TANDEM_SANITIZED
        QSKIP("a sanitizer's own memory would count");
#endif
        QFETCH(QByteArray, type);
        const auto header = open_for_planning(path(), type.toStdString());
        QVERIFY(header.ok());
        PlanRequest wanted;
        wanted.context = 1024;
        wanted.threads = m_engine->machine().threads;
        wanted.quantize = type.toStdString();
        const Plan plan = (*header)->plan(m_machine, wanted);
        QVERIFY2(plan.fits(), plan.sentence.c_str());
        LoadRequest request{.path = path(), .context = 1024, .quantize = type.toStdString()};
        { // allocators are warm after the first load
            QVERIFY(m_engine->load(request, {}, {}).ok());
        }
        const int64_t before = status("VmRSS:");
        const bool peaks = forget_peak();
        const auto model = m_engine->load(request, {}, {});
        QVERIFY2(model.ok(), model.ok() ? "" : model.error().message.c_str());
        const auto& planned = memory_of(plan).bytes;
        const int64_t weights = planned.weights + planned.experts;
        const int64_t now = status("VmRSS:") - before;
        // Of an unquantised file the pages are the system's, but they count as resident all the same.
        QVERIFY2(std::abs(static_cast<double>(now - weights)) < 0.05 * static_cast<double>(weights) + 2e6,
                 qPrintable(QStringLiteral("%1 resident, %2 planned").arg(now).arg(weights)));
        const int64_t peak = status("VmHWM:") - before;
        if (peaks)
            QVERIFY2(peak <= planned.model() + (1 << 20),
                     qPrintable(QStringLiteral("%1 at the peak, %2 planned").arg(peak).arg(planned.model())));
        QCOMPARE((*model)->load_facts().quantize, type.toStdString());
    }

    // A machine that is said to be slow with floats, and this one.
    void theChoiceIsObeyed() {
        const auto header = open_for_planning(path());
        QVERIFY(header.ok());
        using platform::FormatFamily;
        const Calibration slow{1,
                               "",
                               {10},
                               {{FormatFamily::floats, 1e-5, 1e-3},
                                {FormatFamily::bytes, 10, 100},
                                {FormatFamily::k_quants, 10, 100}},
                               {}};
        PlanRequest wanted;
        wanted.threads = m_engine->machine().threads;
        for (const auto& calibration : {std::optional(slow), std::optional<Calibration>()}) {
            MachineProfile machine = m_machine;
            machine.calibration = calibration;
            const Plan plan = (*header)->plan(machine, wanted);
            if (calibration) QCOMPARE(plan.quantize, std::string("Q8_0"));
            const LoadRequest request{
                .path = path(), .quantize = LoadRequest::kChosen, .calibration = calibration};
            const auto model = m_engine->load(request, {}, {});
            QVERIFY(model.ok());
            QCOMPARE((*model)->load_facts().quantize, plan.quantize);
            QCOMPARE((*model)->summary().quantization,
                     plan.quantize.empty() ? std::string("F16") : plan.quantize + " of F16");
        }
    }

    void namesAreTakenInAnyCase() {
        const auto model = m_engine->load({.path = path(), .quantize = "q4_k_m"}, {}, {});
        QVERIFY(model.ok());
        QCOMPARE((*model)->load_facts().quantize, std::string("Q4_K_M"));
        QCOMPARE((*model)->summary().quantization, std::string("Q4_K_M of F16"));
        QCOMPARE(m_engine->load({.path = path(), .quantize = "Q9_K"}, {}, {}).error().code,
                 ErrorCode::invalid_argument);
        QCOMPARE(open_for_planning(path(), "Q9_K").error().code, ErrorCode::invalid_argument);
    }

    void filesOfFewBitsAreTakenAsTheyAre() {
        const auto guide = open_for_planning(TANDEM_SOURCE_DIR "/resources/guide/tandem-guide.gguf");
        QVERIFY(guide.ok());
        QVERIFY(!(*guide)->plan(m_machine, {}).quantizable);
    }

 private:
    std::string path() const {
        return m_folder.filePath(QStringLiteral("m.gguf")).toStdString();
    }

    QTemporaryDir m_folder;
    std::unique_ptr<Engine> m_engine;
    MachineProfile m_machine;
};

QTEST_GUILESS_MAIN(QuantizeAtLoadTest)
#include "quantize_at_load_test.moc"
