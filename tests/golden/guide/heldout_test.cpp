// The built-in model's examination: questions that it has never met, as people ask them.
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include "engine/api/engine.h"

using namespace engine;
using namespace engine::api;

namespace {

const QString kFolder = QStringLiteral(TANDEM_SOURCE_DIR "/tests/golden/guide/");
const QString kDecline =
    QStringLiteral("i only know about tandem and running language models on your computer");

// Markdown marks and upper case do not count.
QString plain(QString text) {
    return text.remove(QLatin1Char('*')).remove(QLatin1Char('`')).toLower();
}

// A keyword is a term, or a list of which one is enough.
bool holds(const QString& reply, const QJsonValue& keyword) {
    const QJsonArray alternatives = keyword.isArray() ? keyword.toArray() : QJsonArray{keyword};
    return std::any_of(alternatives.begin(), alternatives.end(),
                       [&](const QJsonValue& term) { return reply.contains(plain(term.toString())); });
}

bool holdsAll(const QString& reply, const QJsonArray& keywords) {
    return std::all_of(keywords.begin(), keywords.end(),
                       [&](const QJsonValue& keyword) { return holds(reply, keyword); });
}

} // namespace

class HeldoutTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void answersMostAndDeclinesWhatItDoesNotKnow() {
        QFile file(kFolder + QStringLiteral("heldout.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QJsonArray cases = QJsonDocument::fromJson(file.readAll()).array();
        auto engine = create_engine({});
        QVERIFY(engine.ok());
        auto model = (*engine)->load({TANDEM_SOURCE_DIR "/resources/guide/tandem-guide.gguf", 0}, {}, {});
        QVERIFY(model.ok());

        int inside = 0, answered = 0, insideDeclined = 0, outside = 0, outsideDeclined = 0;
        for (const QJsonValue& value : cases) {
            const QJsonObject question = value.toObject();
            Turn turn;
            turn.messages = {
                {"user", question.value(QLatin1String("question")).toString().toStdString(), "", ""}};
            turn.sampling.greedy = true;
            turn.max_tokens = 200;
            auto session = std::move((*model)->start_session()).value();
            const auto answer = session->respond(turn, {}, {});
            QVERIFY(answer.ok());
            const QString reply = plain(QString::fromStdString(answer->text));
            const bool declined = reply.contains(kDecline);
            bool good = declined;
            if (question.value(QLatin1String("kind")).toString() == QLatin1String("out")) {
                ++outside;
                outsideDeclined += declined ? 1 : 0;
            } else {
                good = !declined && holdsAll(reply, question.value(QLatin1String("keywords")).toArray());
                ++inside;
                answered += good ? 1 : 0;
                insideDeclined += declined ? 1 : 0;
            }
            if (!good)
                qInfo("missed: %s -> %.80s", qPrintable(question.value(QLatin1String("question")).toString()),
                      qPrintable(reply));
        }
        qInfo("answered %d of %d (declined %d); declined %d of %d outside", answered, inside, insideDeclined,
              outsideDeclined, outside);
        QCOMPARE(inside, 100);
        QCOMPARE(outside, 20);
        QVERIFY(answered >= 90);
        QVERIFY(insideDeclined <= 5);
        QVERIFY(outsideDeclined >= 18);
    }
};

QTEST_GUILESS_MAIN(HeldoutTest)
#include "heldout_test.moc"
