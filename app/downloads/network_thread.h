// NetworkThread: a thread with an event loop and a QNetworkAccessManager; what is posted runs there.
#pragma once

#include <QNetworkAccessManager>
#include <QThread>
#include <functional>
#include <memory>

namespace app::downloads {

class NetworkThread {
 public:
    NetworkThread();
    ~NetworkThread(); // what was posted before runs, then the thread ends
    NetworkThread(const NetworkThread&) = delete;
    NetworkThread& operator=(const NetworkThread&) = delete;

    QNetworkAccessManager& network() { return *m_network; } // lives on the thread
    // Parent of what lives there; it goes before the manager does.
    QObject& root() { return *m_root; }
    void post(std::function<void()> work);
    void call(const std::function<void()>& work); // waits for its end
    // Moves `errand` there and starts it. When `receiver` goes so does the errand, and with it whatever it
    // has asked for.
    void send(QObject* errand, QObject* receiver, std::function<void()> start);

 private:
    QThread m_thread;
    std::unique_ptr<QNetworkAccessManager> m_network;
    std::unique_ptr<QObject> m_root;
};

} // namespace app::downloads
