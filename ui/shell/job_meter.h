// JobMeter: what goes on behind the window, on the status line: which work, how far, and the way to its page.
#pragma once

#include <QAbstractButton>
#include <array>

#include "app/downloads/download_manager.h"

namespace app::library {
class Importer;
class Shrinker;
} // namespace app::library

namespace ui::shell {

class JobMeter : public QAbstractButton {
    Q_OBJECT
 public:
    JobMeter(app::downloads::DownloadManager& downloads, app::library::Importer& importer,
             app::library::Shrinker& shrinker, QWidget* parent = nullptr);

    QSize sizeHint() const override;

 protected:
    void paintEvent(QPaintEvent* event) override;

 private:
    // One line of the meter; nothing of it is shown while it does not run.
    struct Work {
        QString name; // "Download", "2 downloads"
        qint64 done = 0, total = 0;
        bool runs = false, stalled = false;
        QString words(int percent) const;
        int percent() const; // rounded down: what is not done is not 100 %
    };
    template <typename Job>
    void follow(Job& job, size_t at, const QString& name);
    void takeDownloads();
    void refresh();
    QString words(bool widest) const;

    app::downloads::DownloadManager& m_downloads;
    std::array<Work, 3> m_works; // downloads, import, smaller copy
};

} // namespace ui::shell
