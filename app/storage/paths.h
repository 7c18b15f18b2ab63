// Paths: where this person's data and settings live. A value that is passed on, never summoned.
#pragma once

#include <QString>

#include "app/storage/outcome.h"

namespace app::storage {

class Paths {
 public:
    // TANDEM_DATA_DIR when set (everything below it), else the platform's folders for data and settings.
    static Paths standard();
    explicit Paths(const QString& root); // everything below one folder

    Outcome<void> create() const; // makes the folders, readable by their owner only

    QString dataFolder() const { return m_data; }
    QString settingsFile() const { return m_config + QStringLiteral("/tandem.ini"); }
    QString databaseFile() const { return m_data + QStringLiteral("/conversations.sqlite"); }
    QString modelsFolder() const { return m_data + QStringLiteral("/models"); }
    QString downloadsFolder() const { return m_data + QStringLiteral("/downloads"); } // what is known of them
    QString headersFolder() const { return m_data + QStringLiteral("/headers"); } // of models not downloaded
    QString tokenFile(const QString& hub) const; // of the access token of one model hub
    QString instancesFolder() const { return m_data + QStringLiteral("/instances"); }

 private:
    Paths(QString data, QString config) : m_data(std::move(data)), m_config(std::move(config)) {}

    QString m_data;
    QString m_config;
};

} // namespace app::storage
