// Talks with the fake engine without end in the folder of the first argument, and is there to be killed.
// Tells on its output, with the milliseconds of the computer's steady clock:
//   "text TIME ID CHARACTERS"  so much of the reply ID has reached this program's memory
//   "finished TIME ID"         the reply ID was finished, and the store says that it is on the disk
// Characters per second come second.
#include <chrono>
#include <cstdio>

#include <QCoreApplication>

#include "tests/app/chat/chat_window.h"

using namespace app::chat;

namespace {

long long now() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

void tell(const char* what, MessageId id, qsizetype number) {
    std::printf("%s %lld %lld %lld\n", what, now(), static_cast<long long>(id),
                static_cast<long long>(number));
    std::fflush(stdout);
}

} // namespace

int main(int argc, char** argv) {
    QCoreApplication application(argc, argv);
    const auto script = std::make_shared<tests::FakeScript>();
    const double charactersPerSecond = application.arguments().at(2).toDouble();
    const int length = application.arguments().at(3).toInt();
    std::string text;
    while (static_cast<int>(text.size()) < length)
        text += "word " + std::to_string(text.size()) + ' ';
    script->set_reply({"", text, charactersPerSecond / 4});
    tests::ChatWindow window(application.arguments().at(1), script);
    if (!window.open()) return 1;
    TranscriptModel& transcript = *window.chat.transcript();
    QObject::connect(&transcript, &QAbstractItemModel::dataChanged, &window.chat,
                     [&](const QModelIndex& index) {
                         if (window.state(index.row()) == MessageState::streaming)
                             tell("text", window.id(index.row()), window.text(index.row()).size());
                     });
    int talks = 0;
    QObject::connect(&window.chat, &ChatController::replyFinished, &window.chat,
                     [&](ConversationId, MessageId reply) {
                         (void)window.settle();
                         tell("finished", reply, 0);
                         if (++talks % 3 == 0) window.chat.newConversation();
                         window.chat.send(QStringLiteral("question %1").arg(talks));
                     });
    window.chat.newConversation();
    window.chat.send(QStringLiteral("the first question"));
    return application.exec();
}
