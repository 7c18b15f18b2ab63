// What can be mended by somebody, and what passes by itself.
#include "app/downloads/network_problem.h"

#include <QCoreApplication>

namespace app::downloads {

namespace {

using Kind = Problem::Kind;
using Error = QNetworkReply::NetworkError;

QString tr(const char* text) {
    return QCoreApplication::translate("Downloads", text);
}

// No connection came about at all.
bool isUnreachable(Error error) {
    switch (error) {
        case Error::ConnectionRefusedError:
        case Error::HostNotFoundError:
        case Error::TimeoutError:
        case Error::TemporaryNetworkFailureError:
        case Error::NetworkSessionFailedError:
        case Error::UnknownNetworkError:
        case Error::ProxyConnectionRefusedError:
        case Error::ProxyConnectionClosedError:
        case Error::ProxyNotFoundError:
        case Error::ProxyTimeoutError:
        case Error::ProxyAuthenticationRequiredError:
        case Error::UnknownProxyError:
            return true;
        default:
            return false;
    }
}

} // namespace

Problem fromNetwork(Error error, const QString& words, const QString& host, const QString& proxy,
                    const QString& where) {
    const auto problem = [&](Kind kind, const QString& what, const QString& hint) {
        return Problem{kind, QStringLiteral("%1: %2").arg(where, what), hint};
    };
    if (error == Error::SslHandshakeFailedError)
        return problem(Kind::tls, words,
                       tr("The certificate of %1 could not be verified. Check the clock, the proxy, and the "
                          "certificates of this computer.")
                           .arg(host));
    if (error == Error::ProtocolUnknownError || error == Error::ProtocolInvalidOperationError ||
        error == Error::ProtocolFailure || error == Error::UnknownContentError)
        return problem(Kind::badAnswer, words, tr("Check the address of the hub in the settings."));
    if (!isUnreachable(error)) return problem(Kind::cutOff, words, tr("Check the connection, then retry."));
    if (!proxy.isEmpty()) // Qt does not always tell its failures from those of the hub
        return problem(Kind::unreachable,
                       tr("no way leads to %1 through the proxy %2 (%3).").arg(host, proxy, words),
                       tr("Check the proxy in the settings of this computer, or in HTTPS_PROXY."));
    if (error == Error::ConnectionRefusedError)
        return problem(
            Kind::unreachable, tr("nobody answers at %1.").arg(host),
            tr("Check the address of the hub in the settings, and whether a firewall is in the way."));
    if (error == Error::HostNotFoundError)
        return problem(Kind::unreachable, tr("there is no %1 to be found.").arg(host),
                       tr("Check that this computer is online, and the address of the hub in the settings."));
    return problem(Kind::unreachable, tr("no way leads to %1 (%2).").arg(host, words),
                   tr("Check that this computer is online."));
}

} // namespace app::downloads
