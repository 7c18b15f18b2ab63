// Each question is an object on the network thread that asks one address after the other and then deletes
// itself.
#include "app/downloads/hub_client.h"

#include <QCoreApplication>
#include <QTimer>

#include "app/downloads/hub_get.h"
#include "app/downloads/hub_json.h"
#include "app/downloads/safe_path.h"

namespace app::downloads {

namespace {

using Kind = Problem::Kind;
constexpr qint64 kLongestAnswer = 32 * 1024 * 1024;
constexpr qint64 kLongestCard = 64 * 1024;
constexpr qsizetype kMostFiles = 20'000;
constexpr int kMostPages = 200;
constexpr int kHits = 50;
constexpr int kAttempts = 4;
constexpr int kLongestMs = 120'000;       // for one answer
constexpr qint64 kLongestWaitMs = 60'000; // longer than this the person is told instead

QString tr(const char* text) {
    return QCoreApplication::translate("Downloads", text);
}

Problem notTheHub(const QString& where) {
    return {
        Kind::badAnswer, tr("%1: the answer is not that of a Hugging Face hub.").arg(where),
        tr("Check the address of the hub in the settings. A network may also want you to sign in first: open "
           "any page in a browser.")};
}

// Somebody waits for the answer: what will hardly be otherwise in a second is told now.
bool mayHelp(const Problem& problem, int attempt, qint64 waitMs) {
    return problem.passes() && !problem.isOfHub() && attempt < kAttempts && waitMs <= kLongestWaitMs;
}

// One address after the other; waits and asks again where that helps.
class Question : public QObject {
 public:
    Question(QNetworkAccessManager& network, HubAccess access, QString where)
        : m_network(network),
          m_access(std::move(access)),
          m_urls(m_access.endpoint),
          m_where(std::move(where)) {}

    const HubUrls& urls() const { return m_urls; }
    const QString& where() const { return m_where; }

    using Take = std::function<void(const QByteArray& body, const QByteArray& link)>;
    using Fail = std::function<void(const Problem&)>;
    // `most`: of the body; where it is longer, `cut` says whether its beginning will do.
    void ask(const QUrl& url, const Take& take, const Fail& fail, qint64 most = kLongestAnswer,
             bool cut = false, int attempt = 1) {
        if (!url.isValid()) {
            fail({Kind::badAnswer, tr("\"%1\" is not the address of a hub.").arg(m_access.endpoint),
                  tr("Enter an address such as %1 in the settings.").arg(QLatin1String(kDefaultEndpoint))});
            return;
        }
        GetRequest request;
        request.url = url;
        request.endpoint = m_urls.endpoint();
        request.token = m_access.token;
        request.asIs = false;
        request.mostMs = kLongestMs;
        request.where = m_where;
        auto* get = new HubGet(m_network, request, this);
        auto body = std::make_shared<QByteArray>();
        connect(get, &HubGet::readyRead, this, [=, this] {
            *body += get->read(most + 1 - body->size());
            if (body->size() <= most) return;
            get->disconnect(this);
            get->deleteLater();
            if (cut)
                take(*body, {});
            else
                fail(notTheHub(m_where));
        });
        connect(get, &HubGet::finished, this, [=, this] {
            *body += get->read(most + 1 - body->size());
            const Problem problem = get->problem();
            const QByteArray link = get->head().link;
            get->disconnect(this);
            get->deleteLater();
            const qint64 wait = qMax<qint64>(problem.retryAfterMs, 250LL << attempt);
            if (!problem)
                take(*body, link);
            else if (mayHelp(problem, attempt, wait))
                QTimer::singleShot(wait, this, [=, this] { ask(url, take, fail, most, cut, attempt + 1); });
            else
                fail(problem);
        });
    }

 private:
    QNetworkAccessManager& m_network;
    HubAccess m_access;
    HubUrls m_urls;
    QString m_where;
};

// Carries an answer to the receiver's thread; the question is over.
template <typename T>
std::function<void(const Answer<T>&)> delivery(Question* question, QPointer<QObject> receiver,
                                               std::function<void(const Answer<T>&)> done) {
    return [=](const Answer<T>& answer) {
        question->deleteLater();
        QMetaObject::invokeMethod(
            QCoreApplication::instance(),
            [=] {
                if (!receiver) return;
                QMetaObject::invokeMethod(
                    receiver, [=] { done(answer); }, Qt::AutoConnection);
            },
            Qt::QueuedConnection);
    };
}

class ListQuestion : public Question {
 public:
    using Question::Question;
    std::function<void(const Answer<RepoListing>&)> deliver;
    bool wantsDescription = false;

    void start(const QString& repo, const QString& revision) {
        const auto fail = [this](const Problem& problem) { deliver({{}, problem}); };
        ask(
            urls().model(repo, revision),
            [this, repo, fail](const QByteArray& body, const QByteArray&) {
                const auto model = parseModel(body);
                if (!model) return fail(notTheHub(where()));
                m_listing = *model;
                if (!isRepositoryName(m_listing.repo)) m_listing.repo = repo; // the name is used in paths
                page(urls().tree(m_listing.repo, m_listing.revision), 1);
            },
            fail);
    }

 private:
    void page(const QUrl& url, int number) {
        const auto fail = [this](const Problem& problem) { deliver({{}, problem}); };
        ask(
            url,
            [=, this](const QByteArray& body, const QByteArray& link) {
                const auto files = parseTree(body);
                if (!files) return fail(notTheHub(where()));
                m_listing.files += *files;
                if (m_listing.files.size() > kMostFiles) m_listing.files.resize(kMostFiles);
                const QByteArray next = nextLink(link);
                const QUrl nextUrl = url.resolved(QUrl(QString::fromUtf8(next), QUrl::StrictMode));
                if (!next.isEmpty() && originOf(nextUrl) != originOf(url)) return fail(notTheHub(where()));
                if (!next.isEmpty() && nextUrl != url && number < kMostPages &&
                    m_listing.files.size() < kMostFiles)
                    page(nextUrl, number + 1);
                else
                    describe();
            },
            fail);
    }

    void describe() {
        m_listing.files = withoutRepeats(m_listing.files);
        const QString card = QStringLiteral("README.md");
        const bool there = std::any_of(m_listing.files.begin(), m_listing.files.end(),
                                       [&](const RepoFile& file) { return file.path == card; });
        if (!wantsDescription || !there) return deliver({m_listing, {}});
        ask(
            urls().file(m_listing.repo, m_listing.revision, card),
            [this](const QByteArray& body, const QByteArray&) {
                m_listing.description = firstParagraph(body);
                deliver({m_listing, {}});
            },
            [this](const Problem&) {
                deliver({m_listing, {}});
            },
            kLongestCard, true);
    }

    RepoListing m_listing;
};

} // namespace

HubClient::HubClient() = default;
HubClient::~HubClient() = default;

void HubClient::setAccess(const HubAccess& access) {
    m_access = access;
}

void HubClient::search(const QString& words, const QStringList& filters, QObject* receiver, Hits done) {
    auto* question = new Question(m_thread.network(), m_access, tr("Search for \"%1\"").arg(words));
    const auto deliver = delivery<QList<ModelHit>>(question, receiver, std::move(done));
    m_thread.send(question, receiver, [=] {
        question->ask(
            question->urls().search(words, filters, kHits),
            [=](const QByteArray& body, const QByteArray&) {
                const auto hits = parseHits(body);
                deliver(hits ? Answer<QList<ModelHit>>{*hits, {}}
                             : Answer<QList<ModelHit>>{{}, notTheHub(question->where())});
            },
            [=](const Problem& problem) {
                deliver({{}, problem});
            });
    });
}

void HubClient::list(const QString& repo, const QString& revision, QObject* receiver, Listing done,
                     bool description) {
    auto* question = new ListQuestion(m_thread.network(), m_access, repo);
    question->deliver = delivery<RepoListing>(question, receiver, std::move(done));
    question->wantsDescription = description;
    m_thread.send(question, receiver, [=] { question->start(repo, revision); });
}

} // namespace app::downloads
