// The Explore page and the downloads on one sheet, with a hub that only lists.
#include <QHBoxLayout>
#include <QTemporaryDir>
#include <QVBoxLayout>

#include "app/downloads/download_manager.h"
#include "app/downloads/explore.h"
#include "tests/support/fake_hub.h"
#include "tests/ui/gallery/sheets.h"
#include "ui/models/downloads/downloads_drawer.h"
#include "ui/models/explore/explore_pane.h"
#include "ui/models/explore/explore_side.h"

using namespace app::downloads;
using app::bridge::ModelPlan;

namespace {

const QString kRepo = QStringLiteral("Qwen/Qwen3-30B-A3B-GGUF");

struct Offer {
    const char* name;
    double gigabytes, speed;
    ModelPlan::Verdict verdict;
};
constexpr Offer kOffers[] = {{"IQ3_XXS", 12.9, 112, ModelPlan::Verdict::fitsGpu},
                             {"Q3_K_M", 14.7, 96, ModelPlan::Verdict::fitsPartly},
                             {"IQ4_XS", 16.4, 79, ModelPlan::Verdict::fitsPartly},
                             {"Q4_K_M", 18.6, 64, ModelPlan::Verdict::fitsPartly},
                             {"Q5_K_M", 21.7, 52, ModelPlan::Verdict::fitsPartly},
                             {"Q6_K", 25.1, 44, ModelPlan::Verdict::fitsPartly},
                             {"Q8_0", 32.5, 31, ModelPlan::Verdict::tight},
                             {"BF16", 61.1, 0, ModelPlan::Verdict::doesNotFit}};

// Everything that the widgets stand on; lives as long as the sheet.
struct Sheet : QWidget {
    QTemporaryDir folder;
    tests::FakeHub hub;
    HubClient client;
    HeaderFetcher headers{folder.path(), {}};
    Explore explore{client, headers, catalogue()};
    DownloadManager manager{folder.path()};
};

ModelPlan planOf(const Offer& offer) {
    ModelPlan plan;
    plan.verdict = offer.verdict;
    plan.generateTokensPerSecond = offer.speed;
    plan.missingBytes = 3'000'000'000;
    return plan;
}

void fillDownloads(DownloadManager& manager) {
    const auto status = [](const char* repo, const char* variant, DownloadState state, double done,
                           double total) {
        DownloadStatus row;
        row.id = row.repo = QLatin1String(repo);
        row.variant = QLatin1String(variant);
        row.state = state;
        row.received = static_cast<qint64>(done * 1e9);
        row.total = static_cast<qint64>(total * 1e9);
        return row;
    };
    DownloadStatus first =
        status("unsloth/Qwen3-Coder-30B-A3B", "Q4_K_M", DownloadState::downloading, 7.8, 18.6);
    first.bytesPerSecond = 48'000'000;
    first.secondsLeft = 225;
    DownloadStatus second = status("ggml-org/gpt-oss-20b", "MXFP4", DownloadState::stalled, 8.6, 12.1);
    second.nextTryMs = 4000;
    DownloadStatus third = status("a/Llama-3.1-8B", "Q4_K_M", DownloadState::failed, 1.2, 4.9);
    third.problem = {Problem::Kind::wrongBytes,
                     QStringLiteral("the bytes that came are not those that the hub lists."),
                     {}};
    manager.model()->update(
        {first, second, third, status("allenai/OLMoE-1B-7B-0125", "Q8_0", DownloadState::done, 7.4, 7.4)});
}

} // namespace

QWidget* makeModelsSheet() {
    auto* sheet = new Sheet;
    for (const Offer& offer : kOffers)
        sheet->hub.addListed(kRepo, QStringLiteral("Qwen3-30B-A3B-%1.gguf").arg(QLatin1String(offer.name)),
                             static_cast<qint64>(offer.gigabytes * 1e9));
    sheet->client.setAccess({sheet->hub.endpoint(), {}});
    auto* column = new QVBoxLayout(sheet);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* row = new QHBoxLayout;
    row->setSpacing(0);
    auto* side = new ui::models::ExploreSide(sheet->explore, sheet);
    side->setFixedWidth(380);
    auto* pane = new ui::models::ExplorePane(sheet->explore, sheet);
    pane->setMachineText(QStringLiteral("RTX 4080 SUPER 16 GB + 62 GB RAM at 8 192 tokens of context"));
    row->addWidget(side);
    row->addWidget(pane, 1);
    column->addLayout(row, 1);
    auto* drawer = new ui::models::DownloadsDrawer(sheet->manager, sheet);
    drawer->setFolder(sheet->folder.path());
    column->addWidget(drawer);
    fillDownloads(sheet->manager);
    sheet->explore.choose(kRepo);
    QObject::connect(sheet->explore.variants(), &QAbstractItemModel::modelReset, sheet, [sheet] {
        for (const Offer& offer : kOffers)
            sheet->explore.variants()->setPlan(QLatin1String(offer.name), planOf(offer));
        sheet->explore.found()->setPlan(kRepo, planOf(kOffers[3]));
    });
    sheet->resize(1216, 774);
    return sheet;
}
