// Translation between the transcript model and the transcript view.
#include "ui/chat/page/transcript_binding.h"

#include "ui/chat/page/problem_texts.h"
#include "ui/chat/transcript/transcript_view.h"

namespace ui::chat {

using app::bridge::ReplyMetrics;
using app::bridge::UserMessage;
using app::chat::ChatController;
using app::chat::MessageState;
using app::chat::TranscriptModel;
using transcript::MessageView;
using transcript::State;
using transcript::TranscriptView;

namespace {

// The row that stands for a reply that waits for its turn; no message has this number.
constexpr transcript::MessageId kWaitingId = -1;

QString stopReasonInWords(const QString& reason) {
    if (reason == QLatin1String("end")) return TranscriptBinding::tr("the model ended its reply");
    if (reason == QLatin1String("stop")) return TranscriptBinding::tr("a stop string was written");
    if (reason == QLatin1String("length")) return TranscriptBinding::tr("the limit of length was reached");
    if (reason == QLatin1String("context")) return TranscriptBinding::tr("the context is full");
    if (reason == QLatin1String("cancelled")) return TranscriptBinding::tr("stopped by you");
    return reason;
}

transcript::Metrics metricsOf(const ReplyMetrics& metrics) {
    transcript::Metrics shown;
    shown.stopReason = stopReasonInWords(metrics.stopReason);
    // No rate of nothing: a reply without a token has no speed.
    if (metrics.generatedTokens < 1) return shown;
    shown.promptTokens = metrics.promptTokens > 0 ? metrics.promptTokens : -1;
    shown.cachedTokens = metrics.promptTokens > 0 ? metrics.cachedTokens : -1;
    shown.generatedTokens = metrics.generatedTokens;
    shown.reasoningTokens = metrics.reasoningTokens > 0 ? metrics.reasoningTokens : -1;
    shown.promptTokensPerSecond = metrics.promptTokensPerSecond;
    shown.firstTokenSeconds = metrics.firstTokenSeconds > 0 ? metrics.firstTokenSeconds : -1;
    shown.tokensPerSecond = metrics.tokensPerSecond;
    return shown;
}

State stateOf(MessageState state, bool readsPrompt) {
    switch (state) {
        case MessageState::finished:
            return State::Finished;
        case MessageState::streaming:
            return readsPrompt ? State::Waiting : State::Streaming;
        case MessageState::stopped:
            return State::Stopped;
        case MessageState::failed:
            return State::Failed;
    }
    return State::Finished;
}

} // namespace

TranscriptBinding::TranscriptBinding(ChatController& controller, app::settings::Settings& settings,
                                     TranscriptView& view, QObject* parent)
    : QObject(parent), m_controller(controller), m_settings(settings), m_view(view) {
    m_rebuild.setSingleShot(true);
    connect(&m_rebuild, &QTimer::timeout, this, &TranscriptBinding::showAll);
    connectModel();
    connectView();
    followSettings();
    showAll();
}

void TranscriptBinding::connectModel() {
    const TranscriptModel* model = m_controller.transcript();
    connect(model, &QAbstractItemModel::modelReset, this, &TranscriptBinding::showAll);
    connect(model, &QAbstractItemModel::rowsInserted, this, &TranscriptBinding::showAll);
    connect(model, &QAbstractItemModel::rowsRemoved, this, [this] { m_rebuild.start(0); });
    connect(model, &QAbstractItemModel::dataChanged, this,
            [this](const QModelIndex& from, const QModelIndex& to) {
                if (m_rebuild.isActive()) return;
                for (int row = from.row(); row <= to.row(); ++row)
                    showRow(row);
            });
    connect(&m_controller, &ChatController::stageChanged, this, &TranscriptBinding::showAll);
    connect(&m_settings, &app::settings::Settings::changed, this, &TranscriptBinding::followSettings);
}

void TranscriptBinding::connectView() {
    connect(&m_view, &TranscriptView::copyRequested, this,
            &TranscriptBinding::copied); // it is on the clipboard
    connect(&m_view, &TranscriptView::editRequested, this,
            [this](transcript::MessageId id, const QString& text) {
                const TranscriptModel* model = m_controller.transcript();
                const int row = model->rowOf(id);
                if (row < 0) return;
                if (model->index(row).data(TranscriptModel::IsUserRole).toBool())
                    m_controller.editAndResend(id, text);
                else
                    m_controller.editReply(id, text);
            });
    connect(&m_view, &TranscriptView::regenerateRequested, this,
            [this](transcript::MessageId id, transcript::RegenerateKind kind) {
                if (kind == transcript::RegenerateKind::OtherModel)
                    Q_EMIT otherModelRequested(id);
                else
                    m_controller.regenerate(id, kind == transcript::RegenerateKind::Longer
                                                    ? ChatController::Length::longer
                                                    : ChatController::Length::same);
            });
    connect(&m_view, &TranscriptView::continueRequested, &m_controller, &ChatController::continueReply);
    connect(&m_view, &TranscriptView::forkRequested, &m_controller, &ChatController::fork);
    connect(&m_view, &TranscriptView::deleteRequested, &m_controller, &ChatController::deleteMessage);
    connect(&m_view, &TranscriptView::versionRequested, this, [this](transcript::MessageId id, int delta) {
        const TranscriptModel* model = m_controller.transcript();
        const int row = model->rowOf(id);
        if (row >= 0)
            m_controller.switchVersion(id,
                                       model->index(row).data(TranscriptModel::VersionRole).toInt() + delta);
    });
    connect(&m_view, &TranscriptView::problemActionRequested, this, [this](transcript::MessageId id) {
        const TranscriptModel* model = m_controller.transcript();
        const int row = model->rowOf(id);
        if (row < 0) return;
        const auto failure = model->index(row).data(TranscriptModel::FailureRole).value<UserMessage>();
        Q_EMIT problemActionRequested(failure.action, id);
    });
    connect(&m_view, &TranscriptView::zoomChanged, this,
            [this](double zoom) { m_settings.setValue(app::settings::kTextZoom, qRound(zoom * 100)); });
}

MessageView TranscriptBinding::viewOf(int row) const {
    const QModelIndex index = m_controller.transcript()->index(row);
    const auto value = [&index](TranscriptModel::Role role) { return index.data(role); };
    MessageView view;
    view.id = value(TranscriptModel::IdRole).toLongLong();
    view.text = value(TranscriptModel::TextRole).toString();
    view.version = value(TranscriptModel::VersionRole).toInt();
    view.versionCount = value(TranscriptModel::VersionCountRole).toInt();
    view.readOnly = value(TranscriptModel::WrittenElsewhereRole).toBool();
    if (value(TranscriptModel::IsUserRole).toBool()) return view;

    view.role = transcript::Role::Assistant;
    view.state = stateOf(static_cast<MessageState>(value(TranscriptModel::StateRole).toInt()),
                         value(TranscriptModel::ReadsPromptRole).toBool());
    view.reasoning = value(TranscriptModel::ReasoningRole).toString();
    view.thinking = value(TranscriptModel::IsThinkingRole).toBool();
    const double seconds = value(TranscriptModel::ReasoningSecondsRole).toDouble();
    view.reasoningSeconds = seconds > 0 ? seconds : -1;
    QStringList caption{tr("Assistant")};
    for (const auto role : {TranscriptModel::ModelNameRole, TranscriptModel::QuantizationRole})
        if (const QString part = value(role).toString(); !part.isEmpty()) caption.append(part);
    view.caption = caption.join(QStringLiteral(" · "));
    view.promptProgress = value(TranscriptModel::PromptProgressRole).toDouble();
    view.metrics = metricsOf(value(TranscriptModel::MetricsRole).value<ReplyMetrics>());
    view.canContinue = value(TranscriptModel::CanContinueRole).toBool();
    if (view.state == State::Failed) {
        const auto failure = value(TranscriptModel::FailureRole).value<UserMessage>();
        view.problem = {failure.title, problemText(failure), problemActionLabel(failure.action),
                        failure.details};
    }
    return view;
}

void TranscriptBinding::showAll() {
    m_rebuild.stop();
    QList<MessageView> messages;
    const int rows = m_controller.transcript()->rowCount();
    messages.reserve(rows + 1);
    for (int row = 0; row < rows; ++row)
        messages.append(viewOf(row));
    const ChatController::Stage stage = m_controller.stage();
    const bool waits =
        stage == ChatController::Stage::waitsForModel || stage == ChatController::Stage::waitsForOthers;
    if (waits && !messages.isEmpty() && messages.last().role == transcript::Role::User) {
        MessageView waiting;
        waiting.id = kWaitingId;
        waiting.role = transcript::Role::Assistant;
        waiting.state = State::Waiting;
        waiting.caption = tr("Assistant");
        waiting.waiting = stage == ChatController::Stage::waitsForModel
                              ? tr("Waiting for the model")
                              : tr("Waiting for another reply to finish");
        waiting.readOnly = true;
        messages.append(waiting);
    }
    m_view.setMessages(messages);
}

void TranscriptBinding::showRow(int row) {
    m_view.updateMessage(viewOf(row));
}

void TranscriptBinding::followSettings() {
    m_view.setZoom(qBound(TranscriptView::kMinZoom, m_settings.value(app::settings::kTextZoom) / 100.0,
                          TranscriptView::kMaxZoom));
}

} // namespace ui::chat
