// Access token, listing, variant.
#include "app/cli/hub_model.h"

#include "app/cli/output.h"

namespace app::cli {

using namespace downloads;

namespace {

QString namesOf(const QList<RepoVariant>& variants) {
    QStringList names;
    for (const RepoVariant& variant : variants)
        names.append(QStringLiteral("%1 (%2)").arg(variant.name, bytesText(variant.bytes)));
    return names.join(QStringLiteral(", "));
}

} // namespace

void HubArguments::add(CLI::App& command) {
    command.add_option("--endpoint", endpoint, "Address of the hub or of a mirror")->envname("HF_ENDPOINT");
}

QString HubArguments::problem() const {
    if (endpoint.empty() || HubUrls(QString::fromLocal8Bit(endpoint.c_str())).isValid()) return {};
    return QStringLiteral("--endpoint must be like %1").arg(QLatin1String(kDefaultEndpoint));
}

QString lineOf(const Problem& problem) {
    // Nobody is left to try again.
    const QString hint = problem.passes() && !problem.isOfHub()
                             ? QStringLiteral("Run the same command again later; what is there stays.")
                             : problem.hint;
    QString text = problem.text;
    while (text.endsWith(QLatin1Char('.')))
        text.chop(1);
    return hint.isEmpty() ? text : text + QStringLiteral(". ") + hint;
}

HubModel::HubModel(RepoAddress address, const HubArguments& arguments)
    : m_address(std::move(address)),
      m_paths(storage::Paths::standard()),
      m_settings(m_paths.settingsFile()),
      m_manager(m_paths.downloadsFolder()),
      m_hub(m_settings, m_paths, m_client, m_manager),
      m_endpoint(QString::fromLocal8Bit(arguments.endpoint.c_str())) {
    connect(&m_hub, &HubSettings::ready, this, &HubModel::list);
}

void HubModel::ask(std::function<void(const HubOffer&)> done) {
    m_done = std::move(done);
    if (!m_endpoint.isEmpty()) m_hub.useEndpoint(m_endpoint);
    m_hub.readToken();
}

void HubModel::list() {
    m_client.list(m_address.repo, m_address.revision, this,
                  [this](const Answer<RepoListing>& answer) { m_done(offerOf(answer)); });
}

HubOffer HubModel::offerOf(const Answer<RepoListing>& answer) const {
    HubOffer offer;
    if (answer.problem) {
        offer.problem = lineOf(answer.problem);
        return offer;
    }
    offer.found = true;
    offer.revision = answer.value.revision;
    offer.variants = variantsOf(answer.value);
    if (offer.variants.isEmpty())
        offer.problem = QStringLiteral("%1 has no GGUF files and no safetensors").arg(m_address.repo);
    const QString wanted = m_address.file.isEmpty() ? m_address.variant : m_address.file;
    if (wanted.isEmpty() || offer.variants.isEmpty()) return offer;
    offer.wanted = findVariant(offer.variants, wanted);
    if (!offer.wanted)
        offer.problem = QStringLiteral("%1 has no variant %2; there are: %3")
                            .arg(m_address.repo, wanted, namesOf(offer.variants));
    return offer;
}

} // namespace app::cli
