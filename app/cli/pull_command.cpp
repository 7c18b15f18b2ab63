// pull: brings a model from a hub.
#include <QCoreApplication>
#include <QDir>
#include <QEventLoop>
#include <QLocale>
#include <QTimer>
#include <csignal>
#include <memory>

#include "app/cli/commands.h"
#include "app/cli/output.h"
#include "app/downloads/download_manager.h"
#include "app/downloads/hub_settings.h"

namespace app::cli {

namespace {

using namespace downloads;

struct PullArguments {
    std::string model, folder, endpoint;
    bool json = false;
};

volatile std::sig_atomic_t g_interrupted = 0;

QString bytesText(qint64 bytes) {
    return QLocale::c().formattedDataSize(bytes, 1, QLocale::DataSizeSIFormat);
}

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

int failWith(const Problem& problem) {
    // Nobody is left to try again.
    const QString hint = problem.passes()
                             ? QStringLiteral("Run the same command again later; what is there stays.")
                             : problem.hint;
    QString text = problem.text;
    while (text.endsWith(QLatin1Char('.')))
        text.chop(1);
    return fail(hint.isEmpty() ? text : text + QStringLiteral(". ") + hint);
}

QString namesOf(const QList<RepoVariant>& variants) {
    QStringList names;
    for (const RepoVariant& variant : variants)
        names.append(QStringLiteral("%1 (%2)").arg(variant.name, bytesText(variant.bytes)));
    return names.join(QStringLiteral(", "));
}

// Asks, downloads, reports; lives for one call.
class Pull : public QObject {
 public:
    explicit Pull(PullArguments arguments)
        : m_arguments(std::move(arguments)),
          m_paths(storage::Paths::standard()),
          m_settings(m_paths.settingsFile()),
          m_manager(m_paths.downloadsFolder()),
          m_hub(m_settings, m_paths, m_client, m_manager),
          m_line(QString()) {}

    int run(const RepoAddress& address) {
        m_address = address;
        connect(&m_hub, &HubSettings::ready, this, &Pull::ask);
        connect(&m_manager, &DownloadManager::changed, this, &Pull::follow);
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
        if (!m_arguments.endpoint.empty())
            m_hub.useEndpoint(QString::fromLocal8Bit(m_arguments.endpoint.c_str()));
        m_hub.readToken();
        const int code = m_loop.exec();
        std::signal(SIGINT, SIG_DFL);
        return code;
    }

 private:
    void ask() {
        m_client.list(m_address.repo, m_address.revision, this,
                      [this](const Answer<RepoListing>& answer) { choose(answer); });
    }

    void choose(const Answer<RepoListing>& answer) {
        if (answer.problem) return end(failWith(answer.problem));
        const QList<RepoVariant> variants = variantsOf(answer.value);
        if (variants.isEmpty())
            return end(fail(QStringLiteral("%1 has no GGUF files and no safetensors").arg(m_address.repo)));
        const QString wanted = m_address.file.isEmpty() ? m_address.variant : m_address.file;
        const auto variant = wanted.isEmpty() ? usualVariant(variants) : findVariant(variants, wanted);
        if (!variant)
            return end(fail(QStringLiteral("%1 has no variant %2; there are: %3")
                                .arg(m_address.repo, wanted, namesOf(variants))));
        const QString folder = m_arguments.folder.empty()
                                   ? m_hub.folderOf(m_address.repo)
                                   : QDir(QString::fromLocal8Bit(m_arguments.folder.c_str())).absolutePath();
        m_id = m_manager.add(specOf(m_address.repo, answer.value.revision, *variant, folder));
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
            end(failWith(status.problem));
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
        m_manager.pause(m_id);
    }

    void end(int code) {
        m_loop.exit(code);
    }

    PullArguments m_arguments;
    storage::Paths m_paths;
    settings::Settings m_settings;
    HubClient m_client;
    DownloadManager m_manager;
    HubSettings m_hub;
    RepoAddress m_address;
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
    if (!arguments.endpoint.empty() && !HubUrls(QString::fromLocal8Bit(arguments.endpoint.c_str())).isValid())
        return badUsage(QStringLiteral("--endpoint must be like %1").arg(QLatin1String(kDefaultEndpoint)));
    return Pull(arguments).run(*address);
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
    command->add_option("--endpoint", arguments->endpoint, "Address of the hub or of a mirror")
        ->envname("HF_ENDPOINT");
    command->add_flag("--json", arguments->json, "Print one JSON object");
    command->callback([arguments, &exitCode] { exitCode = pull(*arguments); });
}

} // namespace app::cli
