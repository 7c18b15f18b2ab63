// TokenCounter: how many tokens texts have for the loaded model; counted in the background, the newest text
// of each name wins.
#pragma once

#include <QHash>
#include <QObject>
#include <QString>
#include <QTimer>
#include <memory>

namespace app::bridge {

class EngineHost;

class TokenCounter : public QObject {
    Q_OBJECT
 public:
    explicit TokenCounter(EngineHost& host, QObject* parent = nullptr);
    ~TokenCounter() override;

    // Answered by counted(name, ...) after a short pause in the typing; asked again by itself when the model
    // changes. `name` tells one text field from another.
    void request(const QString& name, const QString& text);
    void forget(const QString& name);
    qint64 tokens(const QString& name) const { return m_tokens.value(name, -1); } // -1: not known

 Q_SIGNALS:
    void counted(const QString& name, qint64 tokens); // -1: there is no model to ask

 private:
    class Worker;
    void countPending();
    void countAll();
    void finish(const QString& name, quint64 ticket, qint64 tokens);

    EngineHost& m_host;
    std::unique_ptr<Worker> m_worker;
    QTimer m_pause;
    struct Text {
        QString text;
        quint64 ticket = 0; // of the newest request
        quint64 oldest =
            1; // answers to older requests are dropped: another model, or older than the last one
        bool pending = false;
    };
    QHash<QString, Text> m_texts;
    QHash<QString, qint64> m_tokens;
    quint64 m_ticket = 0;
};

} // namespace app::bridge
