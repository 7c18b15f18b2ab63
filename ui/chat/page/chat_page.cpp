// The chat page.
#include "ui/chat/page/chat_page.h"

#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QResizeEvent>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <utility>

#include "app/chat/conversation_title.h"
#include "ui/chat/page/chat_header.h"
#include "ui/chat/page/composer.h"
#include "ui/chat/page/context_meter.h"
#include "ui/chat/page/conversation_panel.h"
#include "ui/chat/page/find_bar.h"
#include "ui/chat/page/inspector.h"
#include "ui/chat/page/model_button.h"
#include "ui/chat/page/model_popup.h"
#include "ui/chat/page/problem_texts.h"
#include "ui/chat/page/transcript_binding.h"
#include "ui/chat/transcript/transcript_view.h"
#include "ui/models/load/load_dialog.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/panel.h"
#include "ui/widgets/toast.h"

namespace ui::chat {

using app::bridge::EngineHost;
using app::bridge::UserMessage;
using app::chat::ChatController;

namespace {

constexpr int kColumn = 800; // the text column at most
constexpr int kListWidth = 260;
constexpr int kInspectorWidth = 340;
constexpr int kRoomForInspector = 1000; // the page narrower than this folds the inspector away

// Keeps its content over the transcript's text: centred, at most kColumn wide.
class TextColumn : public QWidget {
 public:
    TextColumn(QWidget* content, QWidget* parent) : QWidget(parent) {
        auto* layout = new QHBoxLayout(this);
        layout->setContentsMargins(kSide, 4, kSide, 12);
        layout->addWidget(content);
    }

 protected:
    void resizeEvent(QResizeEvent* event) override {
        const int side = qMax(kSide, (event->size().width() - kColumn) / 2);
        layout()->setContentsMargins(side, 4, side, 12);
        layout()->activate(); // now, not a frame after the transcript
    }

 private:
    static constexpr int kSide = 24;
};

// The first widget below `pane` that Tab would reach.
QWidget* firstFocusable(QWidget* pane) {
    for (QWidget* next = pane->nextInFocusChain(); next != pane && pane->isAncestorOf(next);
         next = next->nextInFocusChain())
        if (next->isVisible() && next->isEnabled() && (next->focusPolicy() & Qt::TabFocus) != 0) return next;
    return nullptr;
}

} // namespace

ChatPage::ChatPage(app::application::Application& application, QWidget* parent)
    : QWidget(parent),
      m_application(application),
      m_controller(application.chat()),
      m_splitter(new QSplitter(Qt::Horizontal, this)),
      m_list(new ConversationPanel(m_controller, this)),
      m_inspector(new Inspector(m_controller, application.engineHost(), application.usage(),
                                application.settings(), application.presets(), this)),
      m_popup(new ModelPopup(application.modelList(), application.models(), this)),
      m_loadDialog(new models::LoadDialog(application.planner(), application.engineHost(), this)) {
    setObjectName(QStringLiteral("chatPage"));
    m_splitter->setObjectName(QStringLiteral("chatSplitter"));
    m_splitter->setHandleWidth(1);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->addWidget(m_list);
    m_splitter->addWidget(buildMiddle());
    m_splitter->addWidget(m_inspector);
    m_splitter->setStretchFactor(0, 0);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setStretchFactor(2, 0);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_splitter);
    m_toast = new widgets::Toast(m_stack);

    connectController();
    connectParts();
    restoreLayout();
    showLoadState();
    showEmptyState();
}

QWidget* ChatPage::buildMiddle() {
    auto* middle = new widgets::Panel(theme::Token::Base, this);
    middle->setMinimumWidth(360);
    m_banner = new widgets::Banner(middle);
    m_banner->setObjectName(QStringLiteral("chatBanner"));
    m_banner->setDismissible(true);
    // Room around the banner that goes with it.
    m_bannerFrame = new QWidget(middle);
    auto* frame = new QVBoxLayout(m_bannerFrame);
    frame->setContentsMargins(24, 12, 24, 0);
    frame->addWidget(m_banner);
    m_bannerFrame->hide();
    connect(m_banner, &widgets::Banner::dismissed, m_bannerFrame, &QWidget::hide);
    m_stack = new QStackedWidget(middle);
    m_transcript = new transcript::TranscriptView(m_stack);
    m_transcript->setObjectName(QStringLiteral("transcript"));
    m_binding = new TranscriptBinding(m_controller, m_application.settings(), *m_transcript, this);
    m_empty = new widgets::EmptyState(theme::Icon::Chat, QString(), QString(), m_stack);
    m_empty->setObjectName(QStringLiteral("chatEmptyState"));
    m_stack->addWidget(m_transcript);
    m_stack->addWidget(m_empty);
    m_composer = new Composer(m_controller, m_application.engineHost(), m_application.settings(), middle);
    m_modelButton = new ModelButton(m_application.engineHost(), middle);
    m_header = new ChatHeader(m_modelButton, new ContextMeter(m_controller, middle), middle);
    m_find = new FindBar(*m_transcript, middle);

    auto* layout = new QVBoxLayout(middle);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_header);
    layout->addWidget(m_find);
    layout->addWidget(m_bannerFrame);
    layout->addWidget(m_stack, 1);
    layout->addWidget(new TextColumn(m_composer, middle));
    return middle;
}

void ChatPage::connectController() {
    connect(m_list, &ConversationPanel::newChatRequested, this, [this] {
        m_controller.newConversation();
        focusComposer();
    });
    connect(m_list, &ConversationPanel::exportRequested, this, &ChatPage::exportConversation);
    connect(m_popup, &ModelPopup::modelChosen, this, [this](const QString& path) {
        m_application.openModel(path);
        focusComposer();
        // The reply waits until the model has come.
        if (const auto message = std::exchange(m_regenerateAfter, 0)) m_controller.regenerate(message);
    });
    connect(m_popup, &ModelPopup::openFileRequested, this, &ChatPage::openFileRequested);
    connect(m_popup, &ModelPopup::loadSettingsRequested, this, &ChatPage::configureLoad);
    connect(m_modelButton, &ModelButton::loadSettingsRequested, this, &ChatPage::showLoadSettings);
    connect(m_loadDialog, &models::LoadDialog::loadRequested, this,
            [this](const QString& path, const app::bridge::LoadOptions& options, bool save) {
                if (save) m_application.saveLoadOptions(path, options);
                m_application.openModel(path, options);
                focusComposer();
            });
    connect(&m_application.engineHost(), &EngineHost::stateChanged, this, &ChatPage::showLoadState);
    connect(&m_application.engineHost(), &EngineHost::stateChanged, this, &ChatPage::showEmptyState);
    connect(&m_controller, &ChatController::currentChanged, this, [this] {
        if (m_application.engineHost().state() != EngineHost::State::failed) m_bannerFrame->hide();
        if (!m_find->isHidden()) m_find->close();
        showEmptyState();
    });
    connect(m_controller.transcript(), &QAbstractItemModel::rowsInserted, this, &ChatPage::showEmptyState);
    connect(m_controller.transcript(), &QAbstractItemModel::rowsRemoved, this, &ChatPage::showEmptyState);
    connect(m_controller.transcript(), &QAbstractItemModel::modelReset, this, &ChatPage::showEmptyState);
    connect(&m_controller, &ChatController::loadingChanged, this, &ChatPage::showEmptyState);
    connect(&m_controller, &ChatController::problem, this, &ChatPage::showProblem);
    connect(&m_controller, &ChatController::modelNeeded, this, &ChatPage::chooseModel);
    connect(&m_controller, &ChatController::exported, this,
            [this](const QString& path) { m_toast->show(tr("Exported to %1").arg(path)); });
    connect(&m_controller, &ChatController::conversationDeleted, this,
            [this](app::chat::ConversationId id, const QString& title) {
                m_toast->show(
                    tr("Deleted “%1”").arg(title.isEmpty() ? tr("New chat") : title), tr("Undo"),
                    [this, id] { m_controller.undoDelete(id); }, ChatController::kUndoMs);
            });
    connect(&m_controller, &ChatController::messageDeleted, this, [this] {
        m_toast->show(
            tr("Message deleted"), tr("Undo"), [this] { m_controller.undoDeleteMessage(); },
            ChatController::kUndoMs);
    });
}

void ChatPage::connectParts() {
    connect(m_header, &ChatHeader::listToggled, this, [this] { setListVisible(!isListVisible()); });
    connect(m_header, &ChatHeader::inspectorToggled, this,
            [this] { setInspectorVisible(!isInspectorVisible()); });
    connect(m_modelButton, &QAbstractButton::clicked, this, &ChatPage::chooseModel);
    connect(m_find, &FindBar::closed, this, &ChatPage::focusComposer);
    connect(m_binding, &TranscriptBinding::copied, this,
            [this] { m_toast->show(tr("Message copied"), QString(), {}, 2000); });
    connect(m_binding, &TranscriptBinding::otherModelRequested, this, [this](qint64 message) {
        chooseModel();
        m_regenerateAfter = message;
    });
    connect(m_binding, &TranscriptBinding::problemActionRequested, this, &ChatPage::fixProblem);
    connect(m_popup, &QDialog::rejected, this, [this] { m_regenerateAfter = 0; });
    connect(m_banner, &widgets::Banner::actionRequested, this, [this] {
        m_bannerFrame->hide();
        fixProblem(m_action, 0);
    });
    connect(m_empty, &widgets::EmptyState::actionRequested, this, [this] {
        EngineHost& host = m_application.engineHost();
        if (host.state() == EngineHost::State::unloaded)
            host.reload();
        else
            chooseModel();
    });
}

// The button of the banner (message 0) or of a failed message.
void ChatPage::fixProblem(UserMessage::Action action, app::chat::MessageId message) {
    const auto again = [this, message] {
        if (message != 0)
            m_controller.regenerate(message);
        else
            regenerateLast();
    };
    switch (action) {
        case UserMessage::Action::chooseModel:
            chooseModel();
            m_regenerateAfter = message;
            break;
        case UserMessage::Action::retry:
            if (message == 0 && m_application.engineHost().state() == EngineHost::State::failed)
                m_application.engineHost().reload();
            else
                again();
            break;
        case UserMessage::Action::reloadModel:
            m_application.engineHost().reload();
            again(); // the reply waits until the model has come
            break;
        case UserMessage::Action::increaseContext:
            setInspectorVisible(true);
            m_inspector->showModel();
            break;
        case UserMessage::Action::usePlainTemplate: {
            app::settings::ChatSettings settings = m_controller.chatSettings();
            settings.plainTemplate = true;
            m_controller.setChatSettings(settings);
            again();
            break;
        }
        case UserMessage::Action::shortenPrompt:
            m_controller.newConversation();
            focusComposer();
            break;
        case UserMessage::Action::none:
        case UserMessage::Action::closePrograms:
        case UserMessage::Action::freeDiskSpace:
            break;
    }
}

void ChatPage::showProblem(const UserMessage& message) {
    m_bannerFrame->setVisible(!message.isEmpty());
    if (message.isEmpty()) return;
    m_banner->show();
    m_action = message.action;
    m_banner->setMessage(widgets::Banner::Severity::Error, message.title, problemText(message),
                         message.details);
    m_banner->setAction(problemActionLabel(message.action));
}

void ChatPage::showLoadState() {
    const EngineHost& host = m_application.engineHost();
    if (host.state() == EngineHost::State::failed)
        showProblem(host.failure());
    else
        m_bannerFrame->hide();
}

void ChatPage::showEmptyState() {
    const bool empty = m_controller.transcript()->rowCount() == 0 && !m_controller.isLoading();
    const EngineHost& host = m_application.engineHost();
    switch (host.state()) {
        case EngineHost::State::none:
            m_empty->setSentence(tr("No model yet. Open a model file, or drop one here."));
            m_empty->setAction(tr("Choose a model"));
            break;
        case EngineHost::State::failed:
            m_empty->setSentence(tr("%1 could not be loaded.").arg(host.modelName()));
            m_empty->setAction(tr("Choose a model"));
            break;
        case EngineHost::State::unloaded:
            m_empty->setSentence(tr("%1 is not loaded.").arg(host.modelName()));
            m_empty->setAction(tr("Load %1").arg(host.modelName()));
            break;
        case EngineHost::State::loading:
            m_empty->setSentence(tr("Loading %1…").arg(host.modelName()));
            m_empty->setAction(QString());
            break;
        case EngineHost::State::ready:
            m_empty->setSentence(tr("What can %1 do for you?").arg(host.model().name));
            m_empty->setAction(QString());
            break;
    }
    m_stack->setCurrentWidget(empty ? static_cast<QWidget*>(m_empty) : m_transcript);
}

void ChatPage::focusComposer() {
    m_composer->focusText();
}

void ChatPage::focusSearch() {
    setListVisible(true);
    m_list->focusSearch();
}

void ChatPage::findInChat() {
    if (m_stack->currentWidget() == m_transcript) m_find->open();
}

void ChatPage::chooseModel() {
    m_regenerateAfter = 0;
    if (!m_popup->isVisible()) m_popup->openUnder(m_modelButton);
}

void ChatPage::showLoadSettings() {
    const EngineHost& host = m_application.engineHost();
    if (host.state() == EngineHost::State::none) return chooseModel();
    configureLoad(host.modelPath(), host.modelName());
}

// The model that is loaded shows how it was loaded, another one what was saved for it.
void ChatPage::configureLoad(const QString& path, const QString& name) {
    const EngineHost& host = m_application.engineHost();
    const bool loaded = host.state() == EngineHost::State::ready && host.modelPath() == path;
    m_loadDialog->openFor(path, name, loaded ? host.options() : m_application.loadOptions(path));
}

void ChatPage::renameChat() {
    setListVisible(true);
    m_list->renameCurrent();
}

void ChatPage::undoDelete() {
    m_toast->act();
}

void ChatPage::regenerateLast() {
    const auto* transcript = m_controller.transcript();
    if (transcript->rowCount() > 0 && !m_controller.isBusy())
        m_controller.regenerate(transcript->idAt(transcript->rowCount() - 1));
}

void ChatPage::copyLastReply() {
    const auto* transcript = m_controller.transcript();
    for (int row = transcript->rowCount() - 1; row >= 0; --row) {
        const QModelIndex index = transcript->index(row);
        if (index.data(app::chat::TranscriptModel::IsUserRole).toBool()) continue;
        QGuiApplication::clipboard()->setText(index.data(app::chat::TranscriptModel::TextRole).toString());
        m_toast->show(tr("Reply copied"), QString(), {}, 2000);
        return;
    }
}

void ChatPage::moveMessageFocus(int step) {
    if (m_stack->currentWidget() != m_transcript) return;
    if (step < 0)
        m_transcript->focusPreviousMessage();
    else
        m_transcript->focusNextMessage();
}

// F6 walks: list, transcript, composer, inspector.
void ChatPage::cyclePane(int step) {
    QList<QWidget*> panes;
    if (m_list->isVisible()) panes.append(m_list);
    if (m_stack->currentWidget() == m_transcript || firstFocusable(m_empty) != nullptr) panes.append(m_stack);
    panes.append(m_composer);
    if (m_inspector->isVisible()) panes.append(m_inspector);
    const QWidget* focus = window()->focusWidget();
    qsizetype at = step > 0 ? -1 : 0; // from elsewhere: the first, or the last one
    for (qsizetype i = 0; i < panes.size(); ++i) {
        if (focus != nullptr && (panes[i] == focus || panes[i]->isAncestorOf(focus))) at = i;
    }
    QWidget* next = panes[(at + step + panes.size()) % panes.size()];
    if (next == m_list)
        m_list->focusList();
    else if (next == m_composer)
        focusComposer();
    else if (next == m_stack && m_stack->currentWidget() == m_transcript)
        m_transcript->focusPreviousMessage();
    else if (QWidget* first = firstFocusable(next))
        first->setFocus(Qt::TabFocusReason);
}

bool ChatPage::isListVisible() const {
    return m_list->isVisibleTo(this);
}
bool ChatPage::isInspectorVisible() const {
    return m_inspector->isVisibleTo(this);
}

void ChatPage::setListVisible(bool visible) {
    if (!visible && m_list->isAncestorOf(window()->focusWidget())) focusComposer();
    m_list->setVisible(visible);
    m_header->setPanes(visible, isInspectorVisible());
    m_application.settings().setValue(app::settings::kChatListVisible, visible);
}

void ChatPage::setInspectorVisible(bool visible) {
    if (!visible && m_inspector->isAncestorOf(window()->focusWidget())) focusComposer();
    m_inspector->setVisible(visible);
    m_header->setPanes(isListVisible(), visible);
    m_application.settings().setValue(app::settings::kInspectorVisible, visible);
}

void ChatPage::restoreLayout() {
    const app::settings::Settings& settings = m_application.settings();
    if (!m_splitter->restoreState(settings.value(app::settings::kChatSplitter)))
        m_splitter->setSizes({kListWidth, 640, kInspectorWidth});
    m_list->setVisible(settings.value(app::settings::kChatListVisible));
    m_inspector->setVisible(settings.value(app::settings::kInspectorVisible));
    m_header->setPanes(isListVisible(), isInspectorVisible());
}

void ChatPage::saveLayout() {
    m_application.settings().setValue(app::settings::kChatSplitter, m_splitter->saveState());
}

// In a narrow window the text matters more than the inspector; it comes back with the room.
void ChatPage::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    const bool narrow = event->size().width() < kRoomForInspector;
    if (narrow == m_narrow) return;
    m_narrow = narrow;
    m_inspector->setVisible(!narrow && m_application.settings().value(app::settings::kInspectorVisible));
    m_header->setPanes(isListVisible(), isInspectorVisible());
}

void ChatPage::exportConversation(app::chat::ConversationId id, ChatController::Format format) {
    const bool markdown = format == ChatController::Format::markdown;
    const auto* header = m_controller.conversations()->find(id);
    QString name = header != nullptr ? app::chat::fileNameFrom(header->title) : QString();
    if (name.isEmpty()) name = tr("Chat");
    auto* dialog = new QFileDialog(window(), tr("Export conversation"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(markdown ? QStringLiteral("md") : QStringLiteral("json"));
    dialog->setNameFilter(markdown ? tr("Markdown (*.md)") : tr("JSON (*.json)"));
    dialog->selectFile(name + (markdown ? QStringLiteral(".md") : QStringLiteral(".json")));
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, id, format](const QString& path) { m_controller.exportConversation(id, path, format); });
    dialog->open();
}

void ChatPage::importConversation() {
    auto* dialog = new QFileDialog(window(), tr("Import conversation"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilter(tr("Conversations (*.json)"));
    connect(dialog, &QFileDialog::fileSelected, this,
            [this](const QString& path) { m_controller.importConversation(path); });
    dialog->open();
}

} // namespace ui::chat
