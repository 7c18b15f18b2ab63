// Where things are at a hub, and what a person means who types a name or pastes an address.
#pragma once

#include <QString>
#include <QUrl>
#include <optional>

namespace app::downloads {

// What was typed: a repository, perhaps with a variant or a file of it.
struct RepoAddress {
    QString repo;     // "owner/name"
    QString revision; // empty: the main branch
    QString variant;  // "Q4_K_M"; empty: not said
    QString file;     // from the address of a single file
    bool operator==(const RepoAddress&) const = default;
};

// "owner/name", "owner/name:Q4_K_M", "owner/name@revision:Q8_0", "hf.co/owner/name", or any address of a page
// or file of a repository. nullopt: these are words to search for.
std::optional<RepoAddress> parseAddress(const QString& typed);

// "https://huggingface.co:443": whom an access token is for, and who gets it.
QString originOf(const QUrl& url);

// A hub's API and files under one endpoint, "https://huggingface.co" or a mirror.
class HubUrls {
 public:
    // An endpoint that is no http(s) address gives urls that are not valid.
    explicit HubUrls(const QString& endpoint);

    bool isValid() const { return m_endpoint.isValid(); }
    QUrl endpoint() const { return m_endpoint; }
    QUrl search(const QString& words, const QStringList& filters, int limit) const;
    QUrl model(const QString& repo, const QString& revision) const;
    QUrl tree(const QString& repo, const QString& revision) const;
    QUrl file(const QString& repo, const QString& revision, const QString& path) const;
    QUrl page(const QString& repo) const;

 private:
    QUrl at(const QString& encodedPath) const;
    QUrl m_endpoint;
};

// Whether an address that a person typed can be the hub's. Plain http is for a mirror on this very computer:
// the access token goes along with what is asked, and nobody on the way may read it.
enum class EndpointVerdict { good, noAddress, notSecure };
EndpointVerdict checkEndpoint(const QString& typed);

inline constexpr char kDefaultEndpoint[] = "https://huggingface.co";

} // namespace app::downloads
