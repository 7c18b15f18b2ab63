// Planning on two threads: one for whoever waits (a channel), one for long lists.
#include "app/bridge/planner.h"

#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <QHash>
#include <QLoggingCategory>
#include <QSet>
#include <mutex>

#include "app/bridge/engine_factory.h"
#include "app/bridge/engine_words.h"
#include "app/bridge/plan_words.h"
#include "app/bridge/work_thread.h"
#include "app/storage/fingerprint.h"

namespace app::bridge {

namespace {

Q_LOGGING_CATEGORY(planLog, "tandem.plan")

using Header = std::shared_ptr<const engine::api::PlannableModel>;

constexpr char kOutlineType[] = "Q4_K_M";
constexpr qsizetype kMostHeaders = 512; // 30 KB each for models of 94 layers

struct Question {
    quint64 number = 0;
    int channel = 0;
    PlanQuery query;
};

// What was read of files, by path, file time and what was asked (`kind`).
template <typename T>
class Remembered {
 public:
    template <typename Read>
    engine::Result<T> get(const QString& path, const Read& read, const QString& kind = {}) {
        const QString key = path + QLatin1Char('\n') + kind;
        const QFileInfo info(path);
        const Stamp stamp{info.lastModified().toMSecsSinceEpoch(), info.size()};
        {
            const std::lock_guard lock(m_mutex);
            if (const auto known = m_known.constFind(key); known != m_known.cend() && known->stamp == stamp)
                return known->value;
        }
        ENGINE_ASSIGN(T value, read(path));
        const std::lock_guard lock(m_mutex);
        if (m_known.size() >= kMostHeaders) m_known.clear();
        m_known.insert(key, {stamp, value});
        return value;
    }

 private:
    struct Stamp {
        qint64 milliseconds = 0, bytes = 0;
        bool operator==(const Stamp&) const = default;
    };
    struct Known {
        Stamp stamp;
        T value;
    };
    std::mutex m_mutex; // guards m_known
    QHash<QString, Known> m_known;
};

} // namespace

class Planner::Worker {
 public:
    Worker(Planner& planner, std::shared_ptr<const EngineFactory> factory, int threads)
        : m_planner(planner), m_factory(std::move(factory)), m_threads(threads) {}

    void ask(const Question& question) {
        {
            const std::lock_guard lock(m_mutex);
            if (question.channel != 0) m_newest[question.channel] = question.number;
        }
        (question.channel != 0 ? m_waitedFor : m_background).post([this, question] { work(question); });
    }

    bool setMachine(const QByteArray& profile);
    void setExperience(const Experience& experience) {
        QSet<QString> sizes;
        for (auto file = experience.keyBegin(); file != experience.keyEnd(); ++file)
            sizes.insert(file->section(QLatin1Char('-'), 0, 0));
        const std::lock_guard lock(m_mutex);
        m_experience = experience;
        m_sizes = std::move(sizes);
    }

 private:
    bool overtaken(const Question& question) {
        const std::lock_guard lock(m_mutex);
        return question.channel != 0 && m_newest.value(question.channel) != question.number;
    }

    // The machine as it is now, and which one that is. A driver may take seconds to be asked: nobody waits
    // for that with the lock.
    std::pair<engine::api::MachineProfile, quint64> machine() {
        std::unique_lock lock(m_mutex);
        if (!m_seen && m_factory->seeMachine) {
            lock.unlock();
            engine::api::MachineProfile seen = m_factory->seeMachine();
            lock.lock();
            if (!m_seen) m_machine = std::move(seen);
            m_seen = true;
        }
        std::pair<engine::api::MachineProfile, quint64> now{m_machine, m_generation};
        lock.unlock();
        if (m_factory->refreshMemory) m_factory->refreshMemory(now.first);
        return now;
    }
    bool changedSince(quint64 generation) {
        const std::lock_guard lock(m_mutex);
        return m_generation != generation;
    }

    void work(const Question& question) {
        if (overtaken(question)) return;
        const engine::Result<ModelPlan> plan = answer(question.query);
        if (overtaken(question)) return;
        if (!plan.ok()) {
            const UserMessage message = toUserMessage(plan.error(), Task::inspecting);
            return tell([planner = &m_planner, number = question.number, message] {
                Q_EMIT planner->failed(number, message);
            });
        }
        tell([planner = &m_planner, number = question.number, found = *plan] {
            Q_EMIT planner->planned(number, found);
        });
    }

    engine::Result<Header> headerOf(const PlanQuery& query) {
        const bool able = m_factory && (query.outline            ? m_factory->outlineForPlanning != nullptr
                                        : query.copyAs.isEmpty() ? m_factory->openForPlanning != nullptr
                                                                 : m_factory->openCopyForPlanning != nullptr);
        if (!able) return engine::Error{engine::ErrorCode::unsupported, "this engine cannot plan", ""};
        if (query.outline) return m_factory->outlineForPlanning(toModelShape(*query.outline), kOutlineType);
        const auto read = [this, &query](const QString& path) {
            const std::string file = QFile::encodeName(path).toStdString();
            return query.copyAs.isEmpty() ? m_factory->openForPlanning(file)
                                          : m_factory->openCopyForPlanning(file, query.copyAs.toStdString());
        };
        return m_headers.get(query.path, read, query.copyAs);
    }

    // Few files were ever run: of the others not even the two MiB are read that a fingerprint takes.
    FileExperience experienceWith(const PlanQuery& query) {
        if (query.outline || !query.copyAs.isEmpty()) return {};
        const QString file = storage::firstWeights(query.path);
        {
            const std::lock_guard lock(m_mutex);
            if (!m_sizes.contains(QString::number(QFileInfo(file).size()))) return {};
        }
        const auto fingerprint = m_fingerprints.get(
            file, [](const QString& path) -> engine::Result<QString> { return storage::fingerprint(path); });
        const std::lock_guard lock(m_mutex);
        return m_experience.value(*fingerprint);
    }

    engine::Result<ModelPlan> answer(const PlanQuery& query) {
        ENGINE_ASSIGN(const Header header, headerOf(query));
        const FileExperience known = experienceWith(query);
        engine::api::PlanRequest request = toPlanRequest(query);
        if (request.threads == 0) request.threads = m_threads;
        for (;;) {
            const auto [profile, generation] = machine();
            const engine::api::Plan planned = header->plan(profile, request, toHeat(known.heat));
            if (changedSince(generation)) continue;
            ModelPlan plan = toModelPlan(planned);
            plan.path = query.path;
            plan.measured = measuredFor(known, planned);
            if (query.experts) plan.experts = toExperts(planned, known.heat);
            return plan;
        }
    }

    template <typename F>
    void tell(F f) {
        QMetaObject::invokeMethod(&m_planner, std::move(f), Qt::QueuedConnection);
    }

    Planner& m_planner;
    std::shared_ptr<const EngineFactory> m_factory;
    const int m_threads;
    Remembered<Header> m_headers;
    Remembered<QString> m_fingerprints;
    std::mutex m_mutex; // guards the six below
    Experience m_experience;
    QSet<QString> m_sizes; // that its files have
    QHash<int, quint64> m_newest;
    engine::api::MachineProfile m_machine;
    quint64 m_generation = 0;
    bool m_seen = false;
    WorkThread m_waitedFor, m_background; // last: they end before what they use
};

bool Planner::Worker::setMachine(const QByteArray& profile) {
    if (!m_factory || !m_factory->readMachine) return false;
    const engine::Result<engine::api::MachineProfile> machine =
        m_factory->readMachine({profile.constData(), static_cast<size_t>(profile.size())});
    if (!machine.ok()) {
        qCWarning(planLog).noquote() << QString::fromStdString(machine.error().message);
        return false;
    }
    const std::lock_guard lock(m_mutex);
    ++m_generation;
    m_machine = *machine;
    m_seen = true;
    return true;
}

Planner::Planner(std::shared_ptr<const EngineFactory> factory, int threads, QObject* parent)
    : QObject(parent),
      m_factory(factory),
      m_worker(std::make_unique<Worker>(*this, std::move(factory), threads)) {}

Planner::~Planner() = default;

void Planner::setMachine(const QByteArray& profile) {
    if (m_worker->setMachine(profile)) Q_EMIT machineChanged();
}

void Planner::setExperience(const Experience& experience) {
    m_worker->setExperience(experience);
}

quint64 Planner::plan(const PlanQuery& query, int channel) {
    const quint64 number = ++m_lastNumber;
    m_worker->ask({number, channel, query});
    return number;
}

bool Planner::knows(const QString& architecture) const {
    return !m_factory || !m_factory->knowsArchitecture ||
           m_factory->knowsArchitecture(architecture.toStdString());
}

} // namespace app::bridge
