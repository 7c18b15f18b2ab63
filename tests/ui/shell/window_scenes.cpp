// The whole window on a fake engine, in a chosen state: to look at, to drive by hand, or as a picture.
#include <QAbstractButton>
#include <QApplication>
#include <QCommandLineParser>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTimer>

#include "tests/app/library/model_tree.h"
#include "tests/support/fake_engine_factory.h"
#include "tests/support/machine_files.h"
#include "tests/support/seeded_chats.h"
#include "tests/ui/shell/model_scenes.h"
#include "ui/first_run/first_run.h"
#include "ui/shell/main_window.h"

using namespace app;

namespace {

constexpr char kReply[] =
    R"(Use a **k-way merge with a heap**: read one record per file and always write out the smallest. Every byte is read once.

| Approach | 40 × 1 GB | Memory | Good when |
|---|--:|--:|---|
| Concatenate and sort | 312 s | 40 GB | files are tiny |
| Merge in pairs | 204 s | 8 MB | few files |
| **Heap, k-way** | **41 s** | 160 MB | many files |

```cpp
#include <queue>
struct Head { Record r; size_t file; };

void merge(std::vector<Reader>& in, Writer& out) {
  auto later = [](const Head& a, const Head& b) {
    return a.r.time > b.r.time;  // smallest time first
  };
  for (size_t i = 0; i < in.size(); ++i) heap.push({in[i].next(), i});
}
```

Give each reader a 4 MB buffer, so the disk sees long reads instead of many short ones.)";

QList<tests::SeededChat> chats() {
    constexpr int kDay = 24 * 60;
    const QString question = QStringLiteral(
        "I have about 40 sorted log files. What is the fastest way to merge them, and how does it look in "
        "C++?");
    return {
        {QStringLiteral("Weekly report style guide"), 3 * kDay, true},
        {QStringLiteral("SQL helper"), 4 * kDay, true},
        {QStringLiteral("Merging sorted log files"), 0, false, {question, QString::fromUtf8(kReply)}},
        {QStringLiteral("Letter to the housing office, a second and friendlier try"), 1},
        {QStringLiteral("Trip to Lisbon in March"), 2},
        {QStringLiteral("Explain expert routing"), kDay},
        {QStringLiteral("Regex for invoice numbers"), kDay + 1},
        {QStringLiteral("Unit tests for the parser"), 3 * kDay},
        {QStringLiteral("Garden plan, north side"), 4 * kDay},
        {QStringLiteral("Names for a sailing boat"), 45 * kDay},
    };
}

// A home with the models of several programs.
void makeModels(const tests::ModelTree& tree) {
    const auto lm = [&](const char* path, const char* header, qint64 bytes) {
        QFile(tree.file(QStringLiteral(".lmstudio/models/") + QLatin1String(path), header)).resize(bytes);
    };
    constexpr qint64 kGb = 1'000'000'000;
    lm("unsloth/Qwen3-30B-A3B-GGUF/Qwen3-30B-A3B-Q4_K_M.gguf",
       "name Qwen3-30B-A3B\nparameters 30500000000\nactive_parameters 3300000000\nexperts 128\ncontext "
       "32768\n",
       18 * kGb);
    lm("unsloth/gpt-oss-20b-GGUF/gpt-oss-20b-MXFP4.gguf",
       "name gpt-oss-20b\narchitecture gpt-oss\nquantization MXFP4\nparameters "
       "20900000000\nactive_parameters "
       "3600000000\nexperts 32\ncontext 131072\n",
       12 * kGb);
    lm("unsloth/Qwen3-14B-GGUF/Qwen3-14B-BF16.gguf",
       "name Qwen3-14B\narchitecture qwen3\nquantization BF16\nparameters 14800000000\nactive_parameters "
       "14800000000\nexperts 0\ncontext 32768\n",
       29'600'000'000);
    lm("me/style/style-lora.gguf",
       "name My letters\nkind adapter\nbase_model Qwen/Qwen3-30B-A3B\nquantization F16\nparameters "
       "13000000\nactive_parameters 0\nexperts 0\ncontext 0\n",
       26'000'000);
    lm("org/big/big-00001-of-00003.gguf", "x", 40 * kGb);
    QFile broken(tree.file(QStringLiteral(".lmstudio/models/a/b/broken.gguf"), "damaged"));
    broken.open(QIODevice::ReadWrite);
    broken.setFileTime(QDateTime::currentDateTime().addDays(-3), QFileDevice::FileModificationTime);
    tree.ollamaModel(
        QStringLiteral(".ollama/models"), QStringLiteral("registry.ollama.ai/library/llama3.2/3b"),
        "architecture llama\nquantization Q4_K_M\nparameters 3210000000\nexperts 0\ncontext 131072\n");
    const QString hub = QStringLiteral(".cache/huggingface/hub");
    tree.hubFile(hub, QStringLiteral("Qwen/Qwen3-8B"), QStringLiteral("config.json"), "{}");
    tree.hubFile(hub, QStringLiteral("Qwen/Qwen3-8B"), QStringLiteral("model.safetensors"), "weights");
    tree.hubFile(hub, QStringLiteral("allenai/OLMoE-1B-7B-0125"), QStringLiteral("OLMoE-1B-7B-Q8_0.gguf"),
                 "name OLMoE-1B-7B-0125\narchitecture olmoe\nquantization Q8_0\nparameters "
                 "6920000000\nactive_parameters "
                 "1300000000\nexperts 64\ncontext 4096\n");
}

// Plans out of nothing but names.
bridge::ModelPlan makeBelievePlan(const QString& path) {
    using Verdict = bridge::ModelPlan::Verdict;
    bridge::ModelPlan plan;
    plan.path = path;
    const bool large = path.contains(QLatin1String("30B"));
    plan.verdict = large                                  ? Verdict::fitsPartly
                   : path.contains(QLatin1String("gpt"))  ? Verdict::tight
                   : path.contains(QLatin1String("BF16")) ? Verdict::doesNotFit
                                                          : Verdict::fitsGpu;
    plan.missingBytes = plan.verdict == Verdict::doesNotFit ? 3'000'000'000 : 0;
    plan.generateTokensPerSecond = plan.verdict == Verdict::doesNotFit ? 0 : large ? 64 : 112.4;
    if (large) plan.measured.generate = 61.3;
    plan.sentence = QStringLiteral(
        "Attention and 1 894 of 6 144 experts on the GPU, the others in memory; memory bandwidth is the "
        "limit.");
    return plan;
}

// About what a desktop with a card of 16 GB would do.
bridge::ModelPlan outlinePlan(const bridge::ModelOutline& outline) {
    using Verdict = bridge::ModelPlan::Verdict;
    const auto weights = [&](qint64 feedForward) {
        const qint64 attention = outline.width * outline.headSize * 2 * (outline.heads + outline.kvHeads);
        return outline.layers * (attention + 3 * outline.width * feedForward) +
               2 * outline.vocabulary * outline.width;
    };
    const bool mixture = outline.experts > 0;
    const double all =
        0.6 * double(weights(mixture ? outline.experts * outline.expertWidth : outline.feedForward));
    const double active =
        0.6 * double(weights(mixture ? outline.expertsUsed * outline.expertWidth : outline.feedForward));
    bridge::ModelPlan plan;
    plan.verdict = all < 15e9 ? Verdict::fitsGpu : all < 55e9 ? Verdict::fitsPartly : Verdict::doesNotFit;
    plan.missingBytes = plan.fits() ? 0 : static_cast<qint64>(all - 55e9);
    plan.generateTokensPerSecond = plan.fits() ? (all < 15e9 ? 600e9 : 120e9) / active : 0;
    bridge::PlanDevice memory;
    memory.weights = static_cast<qint64>(all);
    memory.kvCache = 800'000'000;
    plan.devices = {memory};
    return plan;
}

// A few experts of each layer get most of the calls; the hottest lie in VRAM.
std::vector<engine::api::ExpertLayer> experts(int layers, int perLayer) {
    using engine::api::ExpertTier;
    std::vector<engine::api::ExpertLayer> all;
    for (int l = 0; l < layers; ++l) {
        engine::api::ExpertLayer layer{l, 13'200'000, {}, {}};
        for (int e = 0; e < perLayer; ++e) {
            const int rank = (e * 37 + l * 11) % perLayer;
            const int inVram = perLayer / 5 + (l * 7) % 13;
            layer.calls.push_back(static_cast<uint64_t>(40'000 / (rank + 3 + l % 5)));
            layer.tiers.push_back(rank < inVram                    ? ExpertTier::gpu
                                  : rank < perLayer - (l * 5) % 30 ? ExpertTier::memory
                                                                   : ExpertTier::disk);
        }
        all.push_back(std::move(layer));
    }
    return all;
}

void prepareMachine(tests::FakeScript& script, const QString& scene) {
    tests::FakeMachine machine;
    const bool small = scene == QLatin1String("hardware-small") || scene == QLatin1String("first-run");
    const QByteArray file = tests::machineFile(small ? "laptop-16gb" : "two-gpus-24-8");
    machine.profile = (small ? file : tests::calibrated(file)).toStdString();
    machine.calibrated = tests::calibrated(file).toStdString();
    machine.steps = 100;
    machine.step_time = std::chrono::milliseconds(50);
    if (!small)
        machine.gpus = {{int64_t{24} << 30, int64_t{9} << 30, 72, 61, 214},
                        {int64_t{8} << 30, int64_t{7} << 30, 3, 44, 31}};
    script.set_machine(machine);
    if (!small) script.set_experts(experts(36, 128));
    if (scene == QLatin1String("experts")) script.set_experts(experts(94, 128));
}

void prepare(tests::FakeScript& script, const QString& scene) {
    prepareMachine(script, scene);
    script.set_chat_template("{{ enable_thinking }}");
    if (scene == QLatin1String("loading")) script.set_load({100, std::chrono::milliseconds(200), -1});
    if (scene.startsWith(QLatin1String("shrink")))
        script.set_quantize({.copies = {{"Q8_0", 15'730'000'000, {}},
                                        {"Q6_K", 12'140'000'000, {}},
                                        {"Q5_K_M", 10'540'000'000, {}},
                                        {"Q4_K_M",
                                         9'060'000'000,
                                         {"The tokenizer's normaliser cannot be described in a GGUF file; "
                                          "accents that are written in two characters may be read otherwise.",
                                          "4 tensors have rows that are no whole blocks of the wanted format "
                                          "and got another one."}},
                                        {"IQ4_XS", 8'210'000'000, {}},
                                        {"Q3_K_M", 7'400'000'000, {}},
                                        {"Q2_K", 5'870'000'000, {}}},
                             .steps = 1000,
                             .step_time = std::chrono::milliseconds(100)});
    if (scene == QLatin1String("failed")) {
        script.set_load({4,
                         std::chrono::milliseconds(1),
                         2,
                         {engine::ErrorCode::bad_file,
                          "tensor blk.12.ffn_up.weight ends at byte 4912345678, the file has 1234567890",
                          "The download was probably cut off."}});
    }
    tests::FakeReply reply{"The person asks about merging. Heap it is.", kReply, 60};
    if (scene == QLatin1String("reading")) {
        reply.prompt_steps = 100;
        reply.prompt_step_time = std::chrono::milliseconds(200);
    }
    script.set_reply(reply);
}

} // namespace

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addOptions({
        {QStringLiteral("scene"),
         QStringLiteral(
             "empty, unloaded, chat, streaming, reading, loading, failed, popup, load, manual, quantise, "
             "palette, menu, hardware, hardware-small, first-run, first-folders, first-model, "
             "experts, models, shrink, shrinking, folders, settings, token, endpoint, explore, search, "
             "offline or downloads"),
         QStringLiteral("scene"), QStringLiteral("chat")},
        {QStringLiteral("theme"), QStringLiteral("light, dark or contrast"), QStringLiteral("theme"),
         QStringLiteral("dark")},
        {QStringLiteral("size"), QStringLiteral("WIDTHxHEIGHT"), QStringLiteral("size"),
         QStringLiteral("1280x800")},
        {QStringLiteral("shot"), QStringLiteral("Write a picture and end"), QStringLiteral("file")},
        {QStringLiteral("after"), QStringLiteral("Milliseconds before the picture"), QStringLiteral("ms"),
         QStringLiteral("1200")},
        {QStringLiteral("rtl"), QStringLiteral("From right to left")},
    });
    parser.process(application);
    const QString scene = parser.value(QStringLiteral("scene"));
    if (parser.isSet(QStringLiteral("rtl"))) QApplication::setLayoutDirection(Qt::RightToLeft);

    const QTemporaryDir folder;
    const auto script = std::make_shared<tests::FakeScript>();
    prepare(*script, scene);
    application::Setup setup;
    const tests::ModelTree tree;
    const bool shrink = scene.startsWith(QLatin1String("shrink"));
    const bool models = shrink || scene == QLatin1String("models") || scene == QLatin1String("folders") ||
                        scene == QLatin1String("first-folders");
    if (models) makeModels(tree);
    setup.places = {models ? tree.path() : QString(), {}};
    setup.paths = storage::Paths(folder.path());
    setup.engine = tests::fakeEngine(script);
    tests::FakeHub hub;
    tests::fillHub(hub);
    static const QStringList kExploring{QStringLiteral("explore"), QStringLiteral("search"),
                                        QStringLiteral("offline"), QStringLiteral("downloads")};
    const bool exploring = kExploring.contains(scene);
    QList<chat::ConversationId> ids;
    if (scene != QLatin1String("empty")) ids = tests::seedChats(setup.paths, chats());
    {
        settings::Settings settings(setup.paths.settingsFile());
        const QStringList themes{QStringLiteral("system"), QStringLiteral("light"), QStringLiteral("dark"),
                                 QStringLiteral("contrast")};
        settings.setValue(settings::kTheme, static_cast<settings::Theme>(qMax(
                                                0, themes.indexOf(parser.value(QStringLiteral("theme"))))));
        const bool known = scene != QLatin1String("empty") && scene != QLatin1String("streaming");
        if (known && ids.size() > 2) settings.setValue(settings::kLastConversation, ids.at(2));
        if (scene == QLatin1String("unloaded")) settings.setValue(settings::kLoadLastModel, false);
        if (scene == QLatin1String("offline"))
            settings.setValue(settings::kHubEndpoint, QStringLiteral("http://127.0.0.1:1"));
        else if (exploring)
            settings.setValue(settings::kHubEndpoint, hub.endpoint());
    }
    ui::theme::Theme theme(&application);
    application::Application services(setup);
    quint64 asked = 0;
    if (models)
        services.fitAdvice().setAsk([&](const bridge::PlanQuery& query) {
            QMetaObject::invokeMethod(
                &services,
                [&services, number = ++asked, path = query.path] {
                    services.fitAdvice().take(number, makeBelievePlan(path));
                },
                Qt::QueuedConnection);
            return asked;
        });
    services.recommendations().setAsk(
        [&services, last = quint64{1} << 32](const bridge::PlanQuery& query) mutable {
            QMetaObject::invokeMethod(
                &services,
                [&services, number = ++last, query] {
                    if (query.outline) services.recommendations().take(number, outlinePlan(*query.outline));
                },
                Qt::QueuedConnection);
            return last;
        });
    ui::shell::MainWindow window(services, theme);
    const QStringList size = parser.value(QStringLiteral("size")).split(QLatin1Char('x'));
    window.resize(size.value(0).toInt(), size.value(1).toInt());
    window.show();
    const bool quantise = scene == QLatin1String("quantise");
    services.start(scene == QLatin1String("empty") ? QString()
                   : quantise                      ? QStringLiteral("/models/Qwen3-30B-A3B-F16.gguf")
                                                   : QStringLiteral("/models/Qwen3-30B-A3B.gguf"));

    QTimer::singleShot(400, &window, [&] {
        using ui::shell::Command;
        const auto run = [&](Command command) { window.actions()[command]->trigger(); };
        if (scene == QLatin1String("streaming") || scene == QLatin1String("reading"))
            services.chat().send(
                QStringLiteral("I have about 40 sorted log files. What is the fastest way to merge "
                               "them, and how does it look in C++?"));
        if (scene == QLatin1String("popup")) run(Command::ChooseModel);
        if (quantise || scene == QLatin1String("load") || scene == QLatin1String("manual"))
            run(Command::LoadSettings);
        if (scene == QLatin1String("manual")) {
            QTimer::singleShot(300, &window, [&] {
                auto* placement = window.findChild<QWidget*>(QStringLiteral("placement"));
                placement->findChildren<QAbstractButton*>().last()->click();
            });
        }
        if (scene == QLatin1String("palette")) run(Command::Palette);
        if (shrink || scene == QLatin1String("models") || scene == QLatin1String("folders"))
            run(Command::ShowModels);
        if (shrink) {
            auto* list = window.findChild<QListView*>(QStringLiteral("libraryList"));
            const QModelIndexList found = list->model()->match(list->model()->index(0, 0), Qt::DisplayRole,
                                                               QStringLiteral("Qwen3-14B"));
            list->setCurrentIndex(found.value(0));
            window.findChild<QAbstractButton*>(QStringLiteral("entryShrink"))->click();
        }
        if (scene == QLatin1String("shrinking"))
            QTimer::singleShot(400, &window, [&] {
                window.findChild<QAbstractButton*>(QStringLiteral("shrinkMake"))->click();
            });
        if (scene == QLatin1String("folders"))
            window.findChild<QTabBar*>(QStringLiteral("modelsTabs"))->setCurrentIndex(2);
        if (scene.startsWith(QLatin1String("hardware")) || scene == QLatin1String("experts"))
            run(Command::ShowHardware);
        if (scene.startsWith(QLatin1String("first-"))) {
            window.offerFirstRun();
            window.findChild<ui::first_run::FirstRun*>()->setStep(scene == QLatin1String("first-run") ? 1
                                                                  : scene == QLatin1String("first-folders")
                                                                      ? 2
                                                                      : 3);
        }
        if (scene == QLatin1String("settings") || scene == QLatin1String("token") ||
            scene == QLatin1String("endpoint"))
            run(Command::ShowSettings);
        const auto type = [&](const char* field, const char* text) {
            auto* edit = window.findChild<QLineEdit*>(QLatin1String(field));
            edit->setFocus();
            edit->setText(QLatin1String(text));
            return edit;
        };
        if (scene == QLatin1String("token")) {
            type("hubToken", "hf_abcdefghijklmnop");
            window.findChild<QAbstractButton*>(QStringLiteral("saveToken"))->click();
        }
        if (scene == QLatin1String("endpoint"))
            Q_EMIT type("hubEndpoint", "http://mirror.example")->editingFinished();
        if (exploring) {
            run(Command::ShowModels);
            window.findChild<QTabBar*>(QStringLiteral("modelsTabs"))->setCurrentIndex(0);
            if (scene == QLatin1String("search") || scene == QLatin1String("offline"))
                type("exploreSearch", "qwen3");
            services.explore().choose(tests::kPage);
            QTimer::singleShot(1200, &window, [&] { tests::planPage(services.explore()); });
        }
        if (scene == QLatin1String("downloads")) tests::fillDownloads(services.downloads());
        if (scene == QLatin1String("menu"))
            window.findChild<QAbstractButton*>(QStringLiteral("fileMenuButton"))->click();
    });
    if (parser.isSet(QStringLiteral("shot"))) {
        QTimer::singleShot(parser.value(QStringLiteral("after")).toInt(), &window, [&] {
            QPixmap picture = window.grab();
            // Popups and dialogs are windows of their own: painted where they stand.
            QPainter painter(&picture);
            const auto tops = QApplication::topLevelWidgets();
            for (QWidget* top : tops)
                if (top->isVisible() && top != &window)
                    painter.drawPixmap(top->mapToGlobal(QPoint()) - window.mapToGlobal(QPoint()),
                                       top->grab());
            painter.end();
            picture.save(parser.value(QStringLiteral("shot")));
            QApplication::quit();
        });
    }
    return QApplication::exec();
}
