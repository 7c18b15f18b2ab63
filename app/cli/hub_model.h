// HubModel: a model of a hub as commands name it: asks what its repository offers and which variant is meant.
#pragma once

#include <CLI/CLI.hpp>
#include <QObject>
#include <functional>
#include <string>

#include "app/downloads/download_manager.h"
#include "app/downloads/hub_settings.h"

namespace app::cli {

struct HubArguments {
    std::string endpoint; // empty: that of the settings

    void add(CLI::App& command); // --endpoint
    QString problem() const;     // what is wrong with them; may be empty
};

// What a repository offers.
struct HubOffer {
    QString problem;    // one line; not empty: there is no variant to take
    bool found = false; // the hub knows the repository
    QString revision;
    QList<downloads::RepoVariant> variants;       // at least one
    std::optional<downloads::RepoVariant> wanted; // nullopt: the address names none
};

// In one line, for people who may give the same command again.
QString lineOf(const downloads::Problem& problem);

class HubModel : public QObject {
 public:
    HubModel(downloads::RepoAddress address, const HubArguments& arguments);

    void ask(std::function<void(const HubOffer&)> done); // once

    const downloads::RepoAddress& address() const { return m_address; }
    const storage::Paths& paths() const { return m_paths; }
    const downloads::HubAccess& access() const { return m_hub.access(); } // with the offer
    downloads::DownloadManager& manager() { return m_manager; }
    QString folder() const { return m_hub.folderOf(m_address.repo); } // for its files

 private:
    void list();
    HubOffer offerOf(const downloads::Answer<downloads::RepoListing>& answer) const;

    downloads::RepoAddress m_address;
    storage::Paths m_paths;
    settings::Settings m_settings;
    downloads::HubClient m_client;
    downloads::DownloadManager m_manager;
    downloads::HubSettings m_hub;
    QString m_endpoint;
    std::function<void(const HubOffer&)> m_done;
};

} // namespace app::cli
