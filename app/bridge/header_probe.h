// How much of a model file's beginning is its header: for those who read models over a network.
#pragma once

#include <QByteArray>
#include <QString>
#include <functional>

namespace app::bridge {

struct HeaderProbe {
    enum class State {
        whole, // `first` holds all of the header
        more,  // it goes on after `first`
        bad,   // this is no GGUF file that the engine reads; `why`
    };
    State state = State::bad;
    QString why;
};
// `first`: the beginning of a GGUF file of `fileBytes`.
using ProbeHeader = std::function<HeaderProbe(const QByteArray& first, qint64 fileBytes)>;
HeaderProbe probeGguf(const QByteArray& first, qint64 fileBytes); // of app_bridge_local_engine

} // namespace app::bridge
