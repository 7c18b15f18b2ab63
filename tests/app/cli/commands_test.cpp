// tandem-cli as a program: outputs, exit codes, JSON, on the built-in model and on files made here.
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>

namespace {

struct Outcome {
    int code = -1;
    QByteArray out, err;
    QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
};

Outcome run(const QStringList& arguments, const QByteArray& input = {}) {
    QProcess process;
    process.start(QStringLiteral(TANDEM_CLI), arguments);
    process.write(input);
    process.closeWriteChannel();
    process.waitForFinished(120'000);
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
            process.readAllStandardOutput(), process.readAllStandardError()};
}

QString word(const char* text) {
    return QString::fromLatin1(text);
}
QStringList words(const char* text) {
    return word(text).split(QLatin1Char(' '));
}

} // namespace

class CommandsTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    // A database is there, as where the window was opened before: commands look into it and keep what they
    // learn.
    void initTestCase() {
        QVERIFY(m_folder.isValid());
        qputenv("TANDEM_DATA_DIR", m_folder.filePath(word("kept")).toUtf8());
        QCOMPARE(run(words("models")).code, 0);
        QVERIFY(QFile::exists(m_folder.filePath(word("kept/conversations.sqlite"))));
    }

    void guardrailsAreKnownByName() {
        QCOMPARE(run(words("run guide --greedy -n 2 --guardrail strict -p Hello")).code, 0);
        const Outcome unknown = run(words("run guide --guardrail bold -p Hello"));
        QCOMPARE(unknown.code, 2);
        QVERIFY2(unknown.err.contains("relaxed"), unknown.err.constData());
    }

    void runPrintsOneJsonObject() {
        const QStringList arguments = words("run guide --greedy --json -n 12 -p") << word("What is Tandem?");
        const Outcome first = run(arguments);
        QCOMPARE(first.code, 0);
        QCOMPARE(first.err, QByteArray());
        QCOMPARE(first.out.count('\n'), 1);
        const QJsonObject json = first.json();
        for (const char* key : {"text", "prompt_tokens", "generated_tokens", "prompt_tokens_per_s",
                                "generate_tokens_per_s", "stop_reason", "isa", "logits_hash"})
            QVERIFY2(json.contains(word(key)), key);
        QCOMPARE(json.value(word("generated_tokens")).toInt(), 12);
        QCOMPARE(json.value(word("stop_reason")).toString(), word("length"));
        QVERIFY(json.value(word("prompt_tokens_per_s")).toDouble() > 0);
        const Outcome one_thread = run(QStringList(arguments) << words("--threads 1"));
        QCOMPARE(one_thread.json().value(word("text")), json.value(word("text")));
        QCOMPARE(one_thread.json().value(word("logits_hash")), json.value(word("logits_hash")));
    }

    void runStreamsText() {
        const Outcome outcome = run(words("run guide --greedy -p") << word("What is Tandem?"));
        QCOMPARE(outcome.code, 0);
        QVERIFY(outcome.out.contains("Tandem"));
        QVERIFY(outcome.out.endsWith('\n'));
        QCOMPARE(run(words("run guide --greedy -p -"), "What is Tandem?").out, outcome.out);
    }

    void chatKeepsTheHistory() {
        const Outcome outcome = run(words("chat guide --greedy"), "What is Tandem?\n/new\nhello\n/exit\n");
        QCOMPARE(outcome.code, 0);
        QVERIFY(outcome.out.contains("Tandem"));
    }

    void badUsageIsTwo_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("nothing") << QStringList();
        QTest::newRow("unknown command") << words("sing");
        QTest::newRow("no prompt") << words("run guide");
        QTest::newRow("unknown option") << words("run guide -p hi --loud");
        QTest::newRow("number out of range") << words("run guide -p hi --top-p 7");
        QTest::newRow("not a number") << words("run guide -p hi -n many");
        QTest::newRow("two sources") << words("tokenize guide --text a --file b");
        QTest::newRow("no source") << words("tokenize guide");
        QTest::newRow("bad ids") << words("logits guide --ids 1,x --out /dev/null");
        QTest::newRow("bad variable") << words("template guide --messages m.json --set nonsense");
        QTest::newRow("bad time") << words("template guide --messages m.json --now yesterday");
        QTest::newRow("unknown type") << words("quantize in.gguf out.gguf Q9_K");
        QTest::newRow("no type") << words("quantize in.gguf out.gguf");
        QTest::newRow("nothing to bench") << words("bench");
        QTest::newRow("two things to bench") << words("bench guide --layer moe");
        QTest::newRow("no such layer") << words("bench --layer soup");
        QTest::newRow("no tokens") << words("bench --layer moe --tokens many");
        QTest::newRow("no shape") << words("synth /tmp/never.gguf --type F16");
        QTest::newRow("bad bias") << words("run guide -p hi --logit-bias five");
    }
    void badUsageIsTwo() {
        QFETCH(QStringList, arguments);
        const Outcome outcome = run(arguments);
        QCOMPARE(outcome.code, 2);
        QCOMPARE(outcome.out, QByteArray());
        QVERIFY(outcome.err.startsWith("tandem-cli: "));
        QCOMPARE(outcome.err.count('\n'), 1);
    }

    void failureIsOneWithOneLine_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("no such file") << words("run /nowhere/model.gguf -p hi");
        QTest::newRow("not a model") << QStringList{word("inspect"), QStringLiteral(TANDEM_CLI)};
        QTest::newRow("folder without model") << words("inspect /etc --json");
        QTest::newRow("no such text") << words("tokenize guide --file /nowhere/text");
        QTest::newRow("no room to write") << words("logits guide --text hi --out /nowhere/x.npy");
        QTest::newRow("token beyond the vocabulary")
            << words("logits guide --ids 99999999 --out /tmp/never.npy");
        QTest::newRow("nothing to quantise") << words("quantize /nowhere/in.gguf /tmp/never.gguf q4_k_m");
        QTest::newRow("a folder without a tokenizer to quantise")
            << QStringList{word("quantize"), QStringLiteral(TANDEM_SOURCE_DIR "/tests/golden/models/qwen3"),
                           word("/tmp/never.gguf"), word("Q8_0")};
        QTest::newRow("no such model to bench") << words("bench /nowhere/model.gguf");
        QTest::newRow("no such type") << words("bench --layer moe --type Q9");
        QTest::newRow("no such shape") << words("synth /tmp/never.gguf --shape soup --type F16");
        QTest::newRow("no room for a model") << words("synth /nowhere/x.gguf --shape tiny --type F16");
        QTest::newRow("a context that no memory holds") << words("run guide -p hi --context 2000000000");
        QTest::newRow("no messages") << words("template guide --messages /nowhere/m.json");
    }
    void failureIsOneWithOneLine() {
        QFETCH(QStringList, arguments);
        const Outcome outcome = run(arguments);
        QCOMPARE(outcome.code, 1);
        QCOMPARE(outcome.out, QByteArray());
        QVERIFY(outcome.err.startsWith("tandem-cli: "));
        QVERIFY2(!outcome.err.contains(".."), outcome.err.constData());
        QCOMPARE(outcome.err.count('\n'), 1);
    }

    void inspectDescribesTheFile() {
        const Outcome outcome = run(words("inspect guide --json"));
        QCOMPARE(outcome.code, 0);
        const QJsonObject json = outcome.json();
        QCOMPARE(json.value(word("architecture")).toString(), word("qwen3moe"));
        for (const char* key :
             {"parameters", "active_parameters", "layers", "experts", "experts_used", "context"})
            QVERIFY2(json.value(word(key)).toInteger() > 0, key);
        const QJsonObject tensor = json.value(word("tensors")).toArray().first().toObject();
        for (const char* key : {"name", "shape", "type", "bytes"})
            QVERIFY2(tensor.contains(word(key)), key);
        QCOMPARE(json.value(word("tokenizer")).toObject().value(word("model")).toString(), word("gpt2"));
        QVERIFY(run(words("inspect guide")).out.contains("qwen3moe"));
    }

    void tokenizeTakesTextAndExactBytes() {
        const QJsonArray ids = run(words("tokenize guide --no-special --text") << word("a\nb"))
                                   .json()
                                   .value(word("ids"))
                                   .toArray();
        QVERIFY(!ids.isEmpty());
        QFile file(m_folder.filePath(word("text")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("a\nb");
        file.close();
        QCOMPARE(run(QStringList{word("tokenize"), word("guide"), word("--no-special"), word("--file"),
                                 file.fileName()})
                     .json()
                     .value(word("ids"))
                     .toArray(),
                 ids);
        QCOMPARE(run(words("tokenize guide --text <|im_end|>")).json().value(word("ids")).toArray().size(),
                 1);
        QVERIFY(run(words("tokenize guide --no-special --text <|im_end|>"))
                    .json()
                    .value(word("ids"))
                    .toArray()
                    .size() > 1);
    }

    void templateRendersByteForByte() {
        const QString messages = write("messages.json", R"([{"role":"user","content":"hé"}])");
        const QString source =
            write("own.jinja",
                  "{{ bos_token }}{% for m in messages %}[{{ m.role }}] {{ m.content }}{% endfor %}{% if "
                  "add_generation_prompt %}>{% endif %}{{ word }}");
        const QStringList base{word("template"), source, word("--messages"), messages};
        QCOMPARE(run(base).out, QByteArray("[user] h\xc3\xa9"));
        QCOMPARE(run(QStringList(base) << word("--set") << word("add_generation_prompt=true") << word("--set")
                                       << word("word=\"x\"") << word("--set") << word("bos_token=\"<s>\""))
                     .out,
                 QByteArray("<s>[user] h\xc3\xa9>x"));
        const QString broken = write("broken.jinja", "line one\n{{ 1 + }}");
        const Outcome outcome = run({word("template"), broken, word("--messages"), messages});
        QCOMPARE(outcome.code, 1);
        QVERIFY(outcome.err.contains("line 2"));
        QVERIFY(
            run({word("template"), word("guide"), word("--messages"), messages}).out.contains("h\xc3\xa9"));
    }

    void templateSeesTheGivenTime() {
        const QString messages = write("empty.json", "[]");
        const QString source = write("time.jinja", "{{ strftime_now('%Y-%m-%d %H:%M') }}");
        QCOMPARE(run({word("template"), source, word("--messages"), messages, word("--now"),
                      word("2024-02-29T13:05:00")})
                     .out,
                 QByteArray("2024-02-29 13:05"));
    }

    void logitsAreANumpyArray() {
        const QString out = m_folder.filePath(word("logits.npy"));
        QCOMPARE(run(words("logits guide --ids 1,2,3 --out") << out).code, 0);
        QFile file(out);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray bytes = file.readAll();
        QVERIFY(bytes.startsWith(QByteArray("\x93NUMPY\x01\x00", 8)));
        const int header = 10 + static_cast<uchar>(bytes[8]) + 256 * static_cast<uchar>(bytes[9]);
        QCOMPARE(header % 64, 0);
        QVERIFY(bytes.mid(10, header).contains("'descr': '<f4', 'fortran_order': False, 'shape': (3, "));
        const qint64 vocabulary = run(words("inspect guide --json"))
                                      .json()
                                      .value(word("tokenizer"))
                                      .toObject()
                                      .value(word("size"))
                                      .toInteger();
        QVERIFY((bytes.size() - header) % (3 * 4) == 0);
        QVERIFY((bytes.size() - header) / 12 >= vocabulary);
    }

    void perplexityOfATextIsPlausible() {
        const QString text = write("text", "Tandem runs large language models on your own computer.");
        const Outcome outcome = run({word("perplexity"), word("guide"), word("--file"), text, word("--json"),
                                     word("--context"), word("8")});
        QCOMPARE(outcome.code, 0);
        QVERIFY(outcome.json().value(word("perplexity")).toDouble() > 1);
        QVERIFY(outcome.json().value(word("windows")).toInteger() > 1);
    }

    void quantizeWritesAModelThatRuns() {
        const QString in = QStringLiteral(TANDEM_SOURCE_DIR "/resources/guide/tandem-guide.gguf");
        const QString out = m_folder.filePath(word("small.gguf"));
        const Outcome outcome = run({word("quantize"), in, out, word("q4_k_m"), word("--json")});
        QCOMPARE(outcome.code, 0);
        QCOMPARE(outcome.out.count('\n'), 1);
        QVERIFY(outcome.err.startsWith("tandem-cli: warning: ")); // the built-in model is quantised already
        const QJsonObject json = outcome.json();
        QCOMPARE(json.value(word("type")).toString(), word("Q4_K_M"));
        QCOMPARE(json.value(word("output")).toString(), out);
        QCOMPARE(json.value(word("bytes_after")).toInteger(), QFile(out).size());
        for (const char* key : {"input", "bytes_before", "bits_per_weight", "seconds", "warnings"})
            QVERIFY2(json.contains(word(key)), key);
        const QJsonArray tensors = json.value(word("tensors")).toArray();
        QCOMPARE(tensors.size(),
                 run({word("inspect"), out, word("--json")}).json().value(word("tensors")).toArray().size());
        for (const char* key : {"name", "from", "to"})
            QVERIFY2(tensors.first().toObject().contains(word(key)), key);
        QVERIFY(run({word("run"), out, word("--greedy"), word("-n"), word("12"), word("-p"),
                     word("What is Tandem?")})
                    .code == 0);
        QVERIFY(run({word("quantize"), in, out, word("Q8_0")}).out.contains("8.5"));
        const Outcome same = run({word("quantize"), out, out, word("Q4_0")});
        QCOMPARE(same.code, 1);
        QVERIFY(same.err.contains("the output is the file that is read"));
        QVERIFY(run(words("quantize a b Q9_K")).err.contains("Q4_K_M")); // lists the known ones
    }

    void benchReportsEveryNumber() {
        const Outcome outcome = run(words("bench guide -p 32 -n 4 -t 2 -r 2 --json"));
        QCOMPARE(outcome.code, 0);
        const QJsonObject json = outcome.json();
        for (const char* key : {"prompt_tokens_per_s", "prompt_tokens_per_s_min", "prompt_tokens_per_s_max",
                                "generate_tokens_per_s", "generate_tokens_per_s_min",
                                "generate_tokens_per_s_max", "generate_gb_per_s", "read_bandwidth_gb_per_s",
                                "share_of_bandwidth", "prompt_tflops", "peak_rss_bytes", "load_seconds"})
            QVERIFY2(json.value(word(key)).toDouble() > 0, key);
        QCOMPARE(json.value(word("threads")).toInt(), 2);
        QCOMPARE(json.value(word("logits_hash")).toString().size(), 16);
        QVERIFY(!json.value(word("isa")).toString().isEmpty());
        QVERIFY(!json.value(word("model")).toString().isEmpty());
        const Outcome several = run(words("bench guide -p 0 -n 2 -r 1 --sequences 4 --json"));
        QCOMPARE(several.code, 0);
        QVERIFY(several.json().value(word("distinct_experts_gb_per_s")).toDouble() > 0);
        QVERIFY(run(words("bench guide -p 8 -n 1 -r 1")).out.contains("tokens/s"));
    }

    void benchOfALayer() {
        const Outcome outcome =
            run(words("bench --layer moe --hidden 256 --width 256 --experts 8 --top 2 "
                      "--type Q8_0 --tokens 1,20 -r 1 --json"));
        QCOMPARE(outcome.code, 0);
        const QJsonArray results = outcome.json().value(word("results")).toArray();
        QCOMPARE(results.size(), 2);
        QCOMPARE(results[1].toObject().value(word("tokens")).toInt(), 20);
        for (const char* key : {"microseconds", "gb_per_s", "gflop_per_s", "share_of_bandwidth"})
            QVERIFY2(results[0].toObject().value(word(key)).toDouble() > 0, key);
    }

    void synthesisedModelsRun() {
        const QString path = m_folder.filePath(word("tiny.gguf"));
        QCOMPARE(run(QStringList{word("synth"), path} << words("--shape Tiny --type q4_k_m --layers 3")).code,
                 0);
        const QJsonObject json = run({word("inspect"), path, word("--json")}).json();
        QCOMPARE(json.value(word("layers")).toInt(), 3);
        QCOMPARE(json.value(word("quantization")).toString(), word("Q4_K_M"));
        QCOMPARE(run(QStringList{word("bench"), path} << words("-p 4 -n 2 -r 1 --json")).code, 0);
    }

    void interruptEndsTheReplyNotTheProgram() {
        QProcess process;
        process.start(QStringLiteral(TANDEM_CLI),
                      words("run guide --raw -n 100000 --threads 1 --logit-bias 2=-1000 -p")
                          << word("Tandem"));
        QVERIFY(process.waitForReadyRead(20'000));
        QCOMPARE(process.state(),
                 QProcess::Running); // a finished one has the id 0, which stands for us all
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished(20'000));
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), 0);
        QVERIFY(process.readAllStandardOutput().size() < 3000); // the context holds some 5,000 characters
    }

    void modelsListsTheLibrary() {
        const QString data = m_folder.filePath(word("data"));
        QVERIFY(QDir().mkpath(data + word("/models/sub")));
        QVERIFY(QFile::copy(word(TANDEM_SOURCE_DIR "/resources/guide/tandem-guide.gguf"),
                            data + word("/models/sub/guide.gguf")));
        QFile noise(data + word("/models/noise.gguf"));
        QVERIFY(noise.open(QIODevice::WriteOnly) && noise.write("GGUF????") > 0);
        noise.close();
        qputenv("TANDEM_DATA_DIR", data.toUtf8());
        qputenv("HOME", data.toUtf8());
        qputenv("XDG_CACHE_HOME", data.toUtf8());
        for (int start = 0; start < 2; ++start) { // the second time out of what is remembered
            const Outcome all = run(words("models --json"));
            QCOMPARE(all.code, 0);
            const QJsonArray models = all.json().value(word("models")).toArray();
            QCOMPARE(models.size(), 2);
            for (const char* key : {"name", "path", "size", "quantization"})
                QVERIFY2(models[0].toObject().contains(word(key)), key);
            const QJsonObject guide = models[0].toObject().value(word("name")) == word("noise")
                                          ? models[1].toObject()
                                          : models[0].toObject();
            QCOMPARE(guide.value(word("path")).toString(), data + word("/models/sub/guide.gguf"));
            QCOMPARE(guide.value(word("size")).toInteger(),
                     QFileInfo(word(TANDEM_SOURCE_DIR "/resources/guide/tandem-guide.gguf")).size());
            QVERIFY(guide.value(word("active_parameters")).toInteger() > 0);
        }
        const Outcome text = run(words("models"));
        QCOMPARE(text.out.count('\n'), 2);
        QVERIFY(text.out.contains("noise"));
        qunsetenv("TANDEM_DATA_DIR");
    }

 private:
    QString write(const char* name, const char* text) {
        QFile file(m_folder.filePath(word(name)));
        if (!file.open(QIODevice::WriteOnly)) return {};
        file.write(text);
        return file.fileName();
    }
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(CommandsTest)
#include "commands_test.moc"
