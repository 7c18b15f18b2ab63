// The manager asks the system for its proxy; what lies on this computer is reached directly.
#include "app/downloads/network_thread.h"

#include <QHostAddress>
#include <QNetworkProxyFactory>

namespace app::downloads {

namespace {

class SystemProxies : public QNetworkProxyFactory {
 public:
    QList<QNetworkProxy> queryProxy(const QNetworkProxyQuery& query) override {
        const QString host = query.peerHostName();
        if (host == QLatin1String("localhost") || QHostAddress(host).isLoopback())
            return {QNetworkProxy::NoProxy};
        return systemProxyForQuery(query);
    }
};

} // namespace

NetworkThread::NetworkThread()
    : m_network(std::make_unique<QNetworkAccessManager>()), m_root(std::make_unique<QObject>()) {
    m_network->setProxyFactory(new SystemProxies);
    m_network->moveToThread(&m_thread);
    m_root->moveToThread(&m_thread);
    m_thread.start();
}

NetworkThread::~NetworkThread() {
    call([this] {
        m_root.reset();
        m_network.reset();
    });
    m_thread.quit();
    m_thread.wait();
}

void NetworkThread::post(std::function<void()> work) {
    QMetaObject::invokeMethod(m_network.get(), std::move(work), Qt::QueuedConnection);
}

void NetworkThread::send(QObject* errand, QObject* receiver, std::function<void()> start) {
    QObject::connect(receiver, &QObject::destroyed, errand, &QObject::deleteLater);
    errand->moveToThread(&m_thread);
    post([this, errand, start = std::move(start)] {
        errand->setParent(m_root.get());
        start();
    });
}

void NetworkThread::call(const std::function<void()>& work) {
    QObject anchor;
    anchor.moveToThread(&m_thread);
    QMetaObject::invokeMethod(
        &anchor,
        [&] {
            work();
            anchor.moveToThread(nullptr);
        },
        Qt::BlockingQueuedConnection);
}

} // namespace app::downloads
