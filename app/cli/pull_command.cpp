// pull: brings a model from a hub.
#include <QCoreApplication>
#include <QDir>
#include <QEventLoop>
#include <QTimer>
#include <csignal>
#include <memory>

#include "app/cli/commands.h"
#include "app/cli/hub_model.h"
#include "app/cli/output.h"

namespace app::cli {

namespace {

using namespace downloads;

struct PullArguments {
    std::string model, folder;
    HubArguments hub;
    bool json = false;
};

volatile std::sig_atomic_t g_interrupted = 0;

QString progressText(const DownloadStatus& status) {
    QString text = QStringLiteral("%1 of %2").arg(bytesText(status.received), bytesText(status.total));
    if (status.state == DownloadState::verifying) return text + QStringLiteral(" · verifying");
    if (status.state == DownloadState::stalled) {
        text += QStringLiteral(" · stalled");
        return status.nextTryMs < 0
                   ? text
                   : text + QStringLiteral(", next try in %1 s").arg((status.nextTryMs + 999) / 1000);
    }
    if (status.bytesPerSecond > 0) text += QStringLiteral(" · %1/s").arg(bytesText(status.bytesPerSecond));
    if (status.secondsLeft >= 0) text += QStringLiteral(" · %1 s left").arg(status.secondsLeft);
    return text;
}

// Asks, downloads, reports; lives for one call.
class Pull : public QObject {
 public:
    Pull(PullArguments arguments, const RepoAddress& address)
        : m_arguments(std::move(arguments)), m_hub(address, m_arguments.hub), m_line(QString()) {}

    int run() {
        connect(&m_hub.manager(), &DownloadManager::changed, this, &Pull::follow);
        connect(&m_poll, &QTimer::timeout, this, &Pull::interrupt);
        g_interrupted = 0;
        std::signal(SIGINT, [](int) {
            g_interrupted = 1;
            std::signal(SIGINT, SIG_DFL); // a second one ends the program
        });
#ifdef SIGXFSZ
        std::signal(SIGXFSZ, SIG_IGN); // a limit on file sizes is a full disk
#endif
        m_poll.start(50);
        m_hub.ask([this](const HubOffer& offer) { download(offer); });
        const int code = m_loop.exec();
        std::signal(SIGINT, SIG_DFL);
        return code;
    }

 private:
    void download(const HubOffer& offer) {
        if (!offer.problem.isEmpty()) return end(fail(offer.problem));
        const RepoVariant variant = offer.wanted ? *offer.wanted : *usualVariant(offer.variants);
        const QString folder = m_arguments.folder.empty()
                                   ? m_hub.folder()
                                   : QDir(QString::fromLocal8Bit(m_arguments.folder.c_str())).absolutePath();
        m_id = m_hub.manager().add(specOf(m_hub.address().repo, offer.revision, variant, folder));
    }

    void follow(const DownloadStatus& status) {
        if (status.id != m_id) return;
        if (status.active()) {
            m_line.showText(
                QStringLiteral("%1:%2 %3").arg(status.repo, status.variant, progressText(status)));
            return;
        }
        m_line.clear();
        if (status.state == DownloadState::done) {
            report(status);
            end(0);
        } else if (status.state == DownloadState::failed || status.problem) {
            end(fail(lineOf(status.problem)));
        } else {
            end(fail(QStringLiteral("paused at %1 of %2; the same command goes on from there")
                         .arg(bytesText(status.received), bytesText(status.total))));
        }
    }

    void report(const DownloadStatus& status) {
        if (m_arguments.json)
            writeJson({{QStringLiteral("repo"), status.repo},
                       {QStringLiteral("variant"), status.variant},
                       {QStringLiteral("path"), status.path},
                       {QStringLiteral("bytes"), status.total}});
        else
            writeOut(status.path.toLocal8Bit() + "\n");
    }

    void interrupt() {
        if (g_interrupted == 0) return;
        m_poll.stop();
        if (m_id.isEmpty()) return end(fail(QStringLiteral("interrupted")));
        m_hub.manager().pause(m_id);
    }

    void end(int code) {
        m_loop.exit(code);
    }

    PullArguments m_arguments;
    HubModel m_hub;
    QString m_id;
    ProgressLine m_line;
    QTimer m_poll;
    QEventLoop m_loop;
};

int pull(const PullArguments& arguments) {
    const auto address = parseAddress(QString::fromLocal8Bit(arguments.model.c_str()));
    if (!address)
        return badUsage(
            QStringLiteral("REPO must be like owner/name or owner/name:Q4_K_M, or the address of its page"));
    if (!arguments.hub.problem().isEmpty()) return badUsage(arguments.hub.problem());
    return Pull(arguments, *address).run();
}

} // namespace

void addPull(CLI::App& app, int& exitCode) {
    CLI::App* command = app.add_subcommand("pull", "Download a model, or go on with its download");
    auto arguments = std::make_shared<PullArguments>();
    command
        ->add_option("REPO[:VARIANT]", arguments->model,
                     "owner/name, perhaps with a quantisation: Qwen/Qwen3-8B-GGUF:Q4_K_M")
        ->required();
    command->add_option("--to", arguments->folder,
                        "The folder for its files (default: below the models folder)");
    arguments->hub.add(*command);
    command->add_flag("--json", arguments->json, "Print one JSON object");
    command->callback([arguments, &exitCode] { exitCode = pull(*arguments); });
}

} // namespace app::cli
