// A trained public model (a SentencePiece vocabulary, F32) writes the continuation that two other programs
// write. Needs TANDEM_EXTRA_DATA: a folder with stories260k/stories260K-f32.gguf.
#include <QTest>

#include "engine/api/engine.h"

using namespace engine::api;

class StoriesTest : public QObject {
    Q_OBJECT
 private Q_SLOTS:
    void continuesOnceUponATime() {
        const QByteArray data = qgetenv("TANDEM_EXTRA_DATA");
        if (data.isEmpty()) QSKIP("TANDEM_EXTRA_DATA is not set: the public model is not here");
        auto engine = std::move(create_engine({})).value();
        const auto model =
            engine->load({data.toStdString() + "/stories260k/stories260K-f32.gguf", 0}, {}, {});
        QVERIFY2(model.ok(), model.ok() ? "" : model.error().message.c_str());
        auto session = std::move((*model)->start_session()).value();
        Turn turn;
        turn.raw_prompt = "Once upon a time";
        turn.sampling.greedy = true;
        turn.max_tokens = 60;
        const auto reply = session->respond(turn, {}, {});
        QVERIFY(reply.ok());
        const std::string expected =
            ", there was a little girl named Lily. She loved to play outside in the park. One day, she saw a "
            "big, red ball. "
            "She wanted to play with it, but it was too high";
        QVERIFY2(reply->text.starts_with(expected) || expected.starts_with(reply->text), reply->text.c_str());
        QVERIFY(reply->text.size() > 100);
    }
};

QTEST_APPLESS_MAIN(StoriesTest)
#include "stories_test.moc"
