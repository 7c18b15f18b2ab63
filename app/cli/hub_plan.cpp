// Listing, headers, plans; where no variant was named, one after the other until the choice is settled.
#include "app/cli/hub_plan.h"

#include <QEventLoop>
#include <QFileInfo>
#include <QJsonArray>

#include "app/bridge/header_probe.h"
#include "app/cli/output.h"
#include "app/downloads/header_fetcher.h"
#include "app/downloads/variant_choice.h"

namespace app::cli {

using namespace downloads;

namespace {

// Of memory and GPUs together.
qint64 roomOf(const QJsonObject& plan) {
    qint64 room = 0;
    for (const QJsonValue& device : plan.value(QLatin1String("devices")).toArray())
        if (device[QLatin1String("kind")].toString() != QLatin1String("disk"))
            room += device[QLatin1String("limit_bytes")].toInteger();
    return room;
}

// Lives for one call.
class Planning : public QObject {
 public:
    Planning(const RepoAddress& address, const HubArguments& arguments, bridge::CommandPlan request)
        : m_hub(address, arguments),
          m_headers(m_hub.paths().headersFolder(), bridge::probeGguf),
          m_request(std::move(request)),
          m_line(QString()) {}

    HubPlan run() {
        m_hub.ask([this](const HubOffer& offer) { begin(offer); });
        m_loop.exec();
        return m_plan;
    }

 private:
    void begin(const HubOffer& offer) {
        m_plan.found = offer.found;
        if (!offer.problem.isEmpty()) return fail(offer.problem);
        m_offer = offer;
        m_headers.setAccess(m_hub.access());
        m_plan.chosen = !offer.wanted;
        m_choice = VariantChoice(offer.wanted ? QList{*offer.wanted} : offer.variants);
        fetch(*m_choice.next());
    }

    void fetch(const RepoVariant& variant) {
        const QString model = m_hub.address().repo + QLatin1Char(':') + variant.name;
        m_line.showText(QStringLiteral("Reading the header of %1").arg(model));
        m_headers.fetch(m_hub.address().repo, m_offer.revision, variant, this,
                        [this, model](const Answer<QString>& path) {
                            if (path.problem) return fail(lineOf(path.problem));
                            plan(model, path.value);
                        });
    }

    void plan(const QString& model, const QString& path) {
        m_request.path = path;
        QString error;
        const auto json = bridge::planModel(m_request, &error);
        if (!json) // nobody knows the folder that keeps headers
            return fail(
                error.replace(path, model).replace(QFileInfo(path).absolutePath(), m_hub.address().repo));
        m_plan.json = *json;
        m_plan.json.insert(QStringLiteral("model"), model);
        const bool fits = json->value(QLatin1String("fits")).toBool();
        if (m_offer.wanted || fits || m_last) return end();
        m_choice.take(fits, roomOf(*json));
        const auto next = m_choice.next();
        m_last = !next; // nothing fits: not even the smallest
        fetch(next ? *next : m_offer.variants.first());
    }

    void fail(const QString& problem) {
        m_plan.problem = problem;
        end();
    }
    void end() {
        m_line.clear();
        m_loop.quit();
    }

    HubModel m_hub;
    HeaderFetcher m_headers;
    bridge::CommandPlan m_request;
    HubOffer m_offer;
    VariantChoice m_choice{{}};
    bool m_last = false;
    HubPlan m_plan;
    ProgressLine m_line;
    QEventLoop m_loop;
};

} // namespace

HubPlan planOfHub(const RepoAddress& address, const HubArguments& arguments,
                  const bridge::CommandPlan& request) {
    return Planning(address, arguments, request).run();
}

} // namespace app::cli
