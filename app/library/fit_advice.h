// FitAdvice: will a model run here and how fast: asks the planner for what is looked at, a few at a time, and
// remembers.
#pragma once

#include <QHash>
#include <QObject>
#include <QStringList>
#include <QTimer>
#include <functional>

#include "app/bridge/planner.h"

namespace app::library {

class FitAdvice : public QObject {
    Q_OBJECT
 public:
    // bridge::Planner::plan(), or a test's.
    using Ask = std::function<quint64(const bridge::PlanQuery& query)>;

    explicit FitAdvice(Ask ask = {}, QObject* parent = nullptr);

    void setAsk(Ask ask); // what was known is forgotten
    bool canAdvise() const { return static_cast<bool>(m_ask); }

    // Null: not known yet. Verdict::unknown: it cannot be said, the sentence tells why.
    const bridge::ModelPlan* find(const QString& path) const;
    // Asks when it is not known; the last ones wanted are asked first, as they are on the screen now.
    void want(const QString& path);
    void wantAll(const QStringList& paths); // after those on the screen
    void forget(const QStringList& paths);  // their files changed
    void forgetAll();                       // the machine did

    // The planner's answers.
    void take(quint64 number, const bridge::ModelPlan& plan);
    void fail(quint64 number, const bridge::UserMessage& message);

 Q_SIGNALS:
    void advised(); // some of those wanted are known now

 private:
    void askMore();
    void keep(quint64 number, bridge::ModelPlan plan);

    Ask m_ask;
    QHash<QString, bridge::ModelPlan> m_plans;
    QHash<quint64, QString> m_asked;
    QStringList m_wanted; // the next one last
    QTimer m_tell;
};

} // namespace app::library
