// The built-in model speaks by every instruction set: prints what it said and the fingerprint of its
// arithmetic, a line each, to be held against another system's.
#include <cinttypes>

#include "engine/api/engine.h"
#include "tests/portable/check.h"

using namespace engine;
using namespace engine::api;

namespace {
const std::string kGuide = TANDEM_SOURCE_DIR "/resources/guide/tandem-guide.gguf";

std::string ask(Model& model, const std::string& cpu, const std::string& question) {
    auto session = model.start_session();
    CHECK_OK(session);
    Turn turn;
    turn.messages = {{"user", question, "", ""}};
    turn.sampling.greedy = true;
    turn.max_tokens = 60;
    const auto reply = (*session)->respond(turn, {}, {});
    CHECK_OK(reply);
    if (!reply.ok()) return "";
    std::printf("%s\t%016" PRIx64 "\t%s\t%s\n", cpu.c_str(), reply->logits_hash, question.c_str(),
                reply->text.c_str());
    return reply->text;
}
} // namespace

int main() {
    const std::vector<std::string> questions = {"What is Tandem?", "Which quantisation should I choose?",
                                                "What does the context meter show?"};
    std::vector<std::string> first;
    for (const char* cpu : {"reference", "avx2", "avx512", "amx"}) {
        EngineOptions options;
        options.threads = 2;
        options.cpu = cpu;
        const auto engine = create_engine(options);
        if (portable::fails_with(engine, ErrorCode::unsupported)) {
            std::printf("%s\tnot on this machine\n", cpu);
            continue;
        }
        CHECK_OK(engine);
        const auto model = (*engine)->load({kGuide, 0}, {}, {});
        CHECK_OK(model);
        if (!model.ok()) continue;
        std::vector<std::string> replies;
        for (const std::string& question : questions)
            replies.push_back(ask(**model, cpu, question));
        if (first.empty()) first = replies;
        CHECK(replies == first);
        CHECK(!replies.front().empty());
    }
    CHECK(!first.empty());
    return portable::verdict();
}
