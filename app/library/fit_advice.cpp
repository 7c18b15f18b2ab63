// The queue before the planner.
#include "app/library/fit_advice.h"

#include <QSet>
#include <algorithm>

namespace app::library {

namespace {
constexpr int kInFlight = 2;
constexpr int kTellMs = 50; // answers in one signal
} // namespace

FitAdvice::FitAdvice(Ask ask, QObject* parent) : QObject(parent), m_ask(std::move(ask)) {
    m_tell.setSingleShot(true);
    m_tell.setInterval(kTellMs);
    connect(&m_tell, &QTimer::timeout, this, &FitAdvice::advised);
}

void FitAdvice::setAsk(Ask ask) {
    m_ask = std::move(ask);
    forgetAll();
}

const bridge::ModelPlan* FitAdvice::find(const QString& path) const {
    const auto at = m_plans.constFind(path);
    return at == m_plans.constEnd() ? nullptr : &*at;
}

void FitAdvice::want(const QString& path) {
    if (!m_ask || m_plans.contains(path) || (!m_wanted.isEmpty() && m_wanted.last() == path)) return;
    if (std::find(m_asked.cbegin(), m_asked.cend(), path) != m_asked.cend()) return;
    m_wanted.removeOne(path);
    m_wanted.append(path);
    askMore();
}

void FitAdvice::wantAll(const QStringList& paths) {
    if (!m_ask) return;
    QStringList more;
    const QSet<QString> waiting(m_wanted.begin(), m_wanted.end());
    for (auto path = paths.crbegin(); path != paths.crend(); ++path)
        if (!m_plans.contains(*path) && !waiting.contains(*path)) more.append(*path);
    m_wanted = more + m_wanted;
    askMore();
}

void FitAdvice::forget(const QStringList& paths) {
    for (const QString& path : paths)
        m_plans.remove(path);
    m_tell.start(); // who shows one of them asks again
}

void FitAdvice::forgetAll() {
    m_plans.clear();
    m_asked.clear(); // answers on their way are about another machine
    m_wanted.clear();
    m_tell.start();
}

void FitAdvice::askMore() {
    while (m_ask && m_asked.size() < kInFlight && !m_wanted.isEmpty()) {
        bridge::PlanQuery query;
        query.path = m_wanted.takeLast();
        query.quantize = bridge::PlanQuery::Quantize::automatic;
        if (!m_plans.contains(query.path)) m_asked.insert(m_ask(query), query.path);
    }
}

void FitAdvice::take(quint64 number, const bridge::ModelPlan& plan) {
    keep(number, plan);
}

void FitAdvice::fail(quint64 number, const bridge::UserMessage& message) {
    bridge::ModelPlan plan;
    plan.sentence = message.text;
    keep(number, plan);
}

void FitAdvice::keep(quint64 number, bridge::ModelPlan plan) {
    const QString path = m_asked.take(number);
    if (path.isEmpty()) return; // somebody else's question
    m_plans.insert(path, std::move(plan));
    if (!m_tell.isActive()) m_tell.start();
    askMore();
}

} // namespace app::library
