// Staging: a hidden folder in which models are made before they get their place beside it, so that a folder
// of the library never holds half a one.
#pragma once

#include <QLockFile>
#include <memory>

#include "app/storage/outcome.h"

namespace app::library {

// Blocks; for one thread. What was not published goes with it.
class Staging {
 public:
    explicit Staging(QString folder) : m_folder(std::move(folder)) {}
    ~Staging() { clear(); }
    Staging(const Staging&) = delete;
    Staging& operator=(const Staging&) = delete;

    // Makes both folders. Failures: diskFull when there is no room for so many bytes, readOnly.
    storage::Outcome<void> make(qint64 bytes);
    QString path(const QString& name) const; // to make it under
    // Gives it `name`, or one beside it when that is taken; returns its path.
    storage::Outcome<QString> publish(const QString& name);
    void clear();

    // Takes away what a program that was killed left in `folder`; not what is still being made.
    static void sweep(const QString& folder);

 private:
    QString m_folder, m_staging;
    std::unique_ptr<QLockFile> m_lock;
};

// "m.gguf", or "m (2).gguf" when that is taken, and so on.
QString freeName(const QString& folder, const QString& name);

} // namespace app::library
