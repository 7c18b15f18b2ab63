// Names are as long as people make them.
#include "tests/ui/shell/model_scenes.h"

using namespace app;

namespace tests {

namespace {

// A page that has a bit of everything.
struct Offer {
    const char* file;
    double gigabytes, speed;
    bridge::ModelPlan::Verdict verdict;
};
constexpr Offer kOffers[] = {{"Qwen3-30B-A3B-IQ3_XXS", 12.9, 112, bridge::ModelPlan::Verdict::fitsGpu},
                             {"Qwen3-30B-A3B-Q3_K_M", 14.7, 96, bridge::ModelPlan::Verdict::fitsPartly},
                             {"Qwen3-30B-A3B-Q4_K_M", 18.6, 64, bridge::ModelPlan::Verdict::fitsPartly},
                             {"Qwen3-30B-A3B-Q5_K_M", 21.7, 0, bridge::ModelPlan::Verdict::unknown},
                             {"Qwen3-30B-A3B-Instruct-2507-abliterated-v2-long-context-imatrix-UD-Q6_K_XL",
                              26.3, 44, bridge::ModelPlan::Verdict::fitsPartly},
                             {"Qwen3-30B-A3B-Q8_0", 32.5, 31, bridge::ModelPlan::Verdict::tight},
                             {"Qwen3-30B-A3B-BF16", 61.1, 0, bridge::ModelPlan::Verdict::doesNotFit}};

} // namespace

void fillHub(FakeHub& hub) {
    for (const Offer& offer : kOffers)
        hub.addListed(kPage, QLatin1String(offer.file) + QStringLiteral(".gguf"),
                      static_cast<qint64>(offer.gigabytes * 1e9));
    const auto other = [&](const char* repo, const char* tag) {
        hub.addListed(QLatin1String(repo), QStringLiteral("m-Q4_K_M.gguf"), 5'000'000'000);
        hub.setTags(QLatin1String(repo), {QStringLiteral("gguf"), QLatin1String(tag)});
    };
    other("bartowski/Qwen3-30B-A3B-Instruct-2507-with-a-name-that-does-not-end-GGUF",
          "base_model:quantized:Qwen/Qwen3-30B-A3B-Instruct-2507");
    other("somebody-with-a-long-name/Qwen3-14B-poet-GGUF", "base_model:finetune:Qwen/Qwen3-14B");
    other("mradermacher/Qwen3-32B-GGUF", "base_model:quantized:Qwen/Qwen3-32B");
}

// What the engine would say of headers that this hub does not have.
void planPage(downloads::Explore& explore) {
    for (const Offer& offer : kOffers) {
        bridge::ModelPlan plan;
        plan.verdict = offer.verdict;
        plan.generateTokensPerSecond = offer.speed;
        plan.missingBytes = 3'000'000'000;
        plan.sentence = QStringLiteral(
            "Attention and 1 894 of 6 144 experts on the GPU, the others in memory; memory bandwidth is the "
            "limit.");
        for (const downloads::VariantRow& row : explore.variants()->rows()) {
            if (row.heading || row.variant.files.first().path.chopped(5) != QLatin1String(offer.file))
                continue;
            const QString name = row.variant.name; // the row itself changes
            if (plan.verdict == bridge::ModelPlan::Verdict::unknown)
                explore.variants()->setProblem(name, QStringLiteral("its header is damaged"));
            else
                explore.variants()->setPlan(name, plan);
            break;
        }
    }
}

void fillDownloads(downloads::DownloadManager& manager) {
    using downloads::DownloadState;
    using Kind = downloads::Problem::Kind;
    QList<downloads::DownloadStatus> rows;
    const auto add = [&](const char* repo, DownloadState state, double done, double total,
                         const downloads::Problem& problem = {}) -> downloads::DownloadStatus& {
        downloads::DownloadStatus row;
        row.id = row.repo = QLatin1String(repo);
        row.variant = QStringLiteral("Q4_K_M");
        row.state = state;
        row.received = static_cast<qint64>(done * 1e9);
        row.total = static_cast<qint64>(total * 1e9);
        row.problem = problem;
        rows.append(row);
        return rows.last();
    };
    auto& running = add("unsloth/Qwen3-Coder-30B-A3B-Instruct-with-a-very-long-name-GGUF",
                        DownloadState::downloading, 7.8, 18.6);
    running.bytesPerSecond = 48'000'000;
    running.secondsLeft = 225;
    add("ggml-org/gpt-oss-20b", DownloadState::stalled, 8.6, 12.1,
        {Kind::unreachable, QStringLiteral("gpt-oss-20b.gguf: nobody answers at huggingface.co."),
         QStringLiteral(
             "Check the address of the hub in the settings, and whether a firewall is in the way.")})
        .nextTryMs = 4000;
    add("a/Llama-3.1-8B", DownloadState::failed, 1.2, 4.9,
        {Kind::unauthorized, QStringLiteral("Llama-3.1-8B-Q4_K_M.gguf: the server answered 401."),
         QStringLiteral("Enter an access token of the hub in the settings, or check it.")});
    add("b/Mistral-7B", DownloadState::paused, 2.2, 4.4);
    add("c/OLMoE", DownloadState::verifying, 4.2, 4.2);
    add("allenai/OLMoE-1B-7B-0125", DownloadState::done, 7.4, 7.4);
    manager.model()->update(rows);
}

} // namespace tests
