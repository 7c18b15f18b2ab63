// From a reply over two plans to a sample.
#include "app/usage/usage.h"

#include <QDateTime>
#include <cmath>

#include "app/bridge/chat_runner.h"
#include "app/bridge/engine_host.h"
#include "app/storage/fingerprint.h"
#include "app/usage/usage_store.h"

namespace app::usage {

using bridge::EngineHost;
using bridge::ModelPlan;
using bridge::PlanQuery;
using bridge::Speeds;

namespace {

constexpr double kWorthTelling = 0.03; // a change of the correction; every model is planned anew for it

bool differs(double a, double b) {
    return std::abs(a / b - 1) > kWorthTelling;
}

} // namespace

Usage::Usage(storage::Database& database, EngineHost& host, bridge::ChatRunner& runner,
             bridge::Planner& planner, QObject* parent)
    : QObject(parent),
      m_database(database),
      m_host(host),
      m_planner(planner),
      m_heat(database, host, runner) {
    connect(&m_heat, &HeatKeeper::changed, this, &Usage::teach);
    connect(&host, &EngineHost::stateChanged, this, &Usage::followModel);
    connect(&runner, &bridge::ChatRunner::finished, this, &Usage::takeReply);
    connect(&planner, &bridge::Planner::planned, this, &Usage::takePlan);
    connect(&planner, &bridge::Planner::failed, this, [this](quint64 number) { m_questions.remove(number); });
    connect(&planner, &bridge::Planner::machineChanged, this, &Usage::askForLoaded);
}

void Usage::setBasis(const Basis& basis) {
    if (basis == m_basis) return;
    const bool known = basis.machine == m_basis.machine;
    m_basis = basis;
    if (known) {
        correct();
        return;
    }
    m_samples.clear();
    correct();
    m_database.read<QList<SpeedSample>>(
        [machine = basis.machine](storage::Connection& connection) {
            return readSpeeds(connection, machine);
        },
        this,
        [this, machine = basis.machine](const storage::Outcome<QList<SpeedSample>>& read) {
            if (!read.ok() || machine != m_basis.machine) return;
            m_samples = read.value() + m_samples;
            teach();
        });
}

void Usage::followModel() {
    m_file.clear();
    m_loaded.reset();
    if (m_host.state() != EngineHost::State::ready) {
        m_loadedQuestion = 0;
        Q_EMIT loadedChanged();
        return;
    }
    askForLoaded();
    m_reader.post([this, path = m_host.modelPath()] {
        const QString file = storage::fingerprint(path);
        QMetaObject::invokeMethod(
            this,
            [this, path, file] {
                if (m_host.state() != EngineHost::State::ready || m_host.modelPath() != path) return;
                m_file = file;
                m_heat.follow(file);
            },
            Qt::QueuedConnection);
    });
}

void Usage::askForLoaded() {
    if (m_host.state() == EngineHost::State::ready) m_loadedQuestion = m_planner.plan(queryOfLoaded());
}

PlanQuery Usage::queryOfLoaded() const {
    PlanQuery query;
    query.path = m_host.modelPath();
    query.contextSize = m_host.model().contextSize;
    query.setLoad(m_host.model().load);
    query.loaded = true;
    return query;
}

void Usage::takeReply(const bridge::TurnOutcome& outcome) {
    // Loaded against the plan: its weights may come from the disk again and again, which is no speed of the
    // machine.
    if (m_host.state() != EngineHost::State::ready || m_file.isEmpty() || m_host.options().anyway) return;
    const bridge::ReplyMetrics& reply = outcome.metrics;
    Question question{m_host.modelPath(), {}, queryOfLoaded(), m_basis, {}};
    question.samples = samplesOf(reply);
    if (question.samples.isEmpty()) return;
    for (SpeedSample& sample : question.samples) {
        sample.file = m_file;
        sample.load = m_host.model().load;
        sample.calibrated = sample.load.isa == m_basis.isa ? m_basis.calibrated : 0;
        sample.taken = QDateTime::currentMSecsSinceEpoch();
    }
    const quint64 number = m_planner.plan(question.query);
    question.query.work = workOf(reply);
    m_questions.insert(number, question);
}

void Usage::takePlan(quint64 number, const ModelPlan& plan) {
    if (number == m_loadedQuestion && m_loaded != plan) {
        m_loaded = plan;
        Q_EMIT loadedChanged();
    }
    const auto at = m_questions.find(number);
    if (at == m_questions.end()) return;
    Question question = *at;
    m_questions.erase(at);
    if (question.basis != m_basis) return; // half of it would be from another calibration
    if (question.usual) return finish(std::move(question), plan);
    question.usual = plan;
    m_questions.insert(m_planner.plan(question.query), question);
}

void Usage::finish(Question question, const ModelPlan& done) {
    const Speeds usual = question.usual->uncorrected(), asDone = done.uncorrected();
    for (SpeedSample& sample : question.samples) {
        if (!bringToUsualWork(sample, usual, asDone)) continue;
        keep(m_samples, sample);
        m_database.write([machine = m_basis.machine, sample](storage::Connection& connection) {
            return addSpeed(connection, machine, sample);
        });
    }
    teach();
    Q_EMIT learnt(question.path);
}

void Usage::teach() {
    m_planner.setExperience(experienceOf(m_samples, m_heat.all()));
    if (correct()) Q_EMIT correctionChanged();
    askForLoaded();
}

bool Usage::correct() {
    const Speeds now = correctionOf(m_samples, m_basis.calibrated, m_basis.isa);
    if (!differs(now.prompt, m_correction.prompt) && !differs(now.generate, m_correction.generate))
        return false;
    m_correction = now;
    return true;
}

} // namespace app::usage
