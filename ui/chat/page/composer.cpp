// The composer.
#include "ui/chat/page/composer.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QPlainTextEdit>
#include <QStyle>
#include <QTextBlock>
#include <QTextLayout>
#include <QVBoxLayout>

#include "ui/chat/page/sampling_texts.h"
#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/theme/style.h"
#include "ui/widgets/button.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/icon_button.h"

namespace ui::chat {

using app::chat::ChatController;
using app::settings::Thinking;
using theme::Token;

namespace {

constexpr int kMostLines = 10;

// "Esc" as a key cap, and what it does.
class KeyNote : public QWidget {
 public:
    KeyNote(const QString& key, const QString& text, QWidget* parent)
        : QWidget(parent), m_key(key), m_text(text) {
        setFont(theme::font(theme::TextRole::Caption));
        setAccessibleName(key + QLatin1Char(' ') + text);
        setFixedSize(widgets::keyCapWidth(key) + 4 + fontMetrics().horizontalAdvance(text) + 1, 20);
    }

 protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        const theme::Palette palette = theme::Palette::of(this);
        const int cap = widgets::keyCapWidth(m_key);
        const auto place = [this](const QRect& box) {
            return QStyle::visualRect(layoutDirection(), rect(), box);
        };
        widgets::paintKeyCap(&painter, place(QRect(0, 0, cap, height())), m_key, palette);
        painter.setFont(font());
        painter.setPen(palette[Token::Muted]);
        painter.drawText(place(QRect(cap + 4, 0, width() - cap - 4, height())), Qt::AlignCenter, m_text);
    }

 private:
    QString m_key, m_text;
};

} // namespace

Composer::Composer(ChatController& controller, app::bridge::EngineHost& host,
                   app::settings::Settings& settings, QWidget* parent)
    : QWidget(parent),
      m_controller(controller),
      m_host(host),
      m_settings(settings),
      m_queuedRow(new QWidget(this)),
      m_queued(new widgets::ElidedLabel(QString(), m_queuedRow)),
      m_text(new QPlainTextEdit(this)),
      m_think(new widgets::Button(QString(), this, theme::Variant::Flat, theme::Icon::Bulb)),
      m_tokens(new QLabel(this)),
      m_hint(new KeyNote(tr("Esc"), tr("stops"), this)),
      m_send(new widgets::Button(tr("Send"), this, theme::Variant::Primary, theme::Icon::Send)) {
    setObjectName(QStringLiteral("composer"));

    auto* editQueued = new widgets::IconButton(theme::Icon::Edit, tr("Edit the waiting message"), m_queuedRow,
                                               widgets::IconButton::Size::Small);
    auto* dropQueued = new widgets::IconButton(theme::Icon::Close, tr("Do not send the waiting message"),
                                               m_queuedRow, widgets::IconButton::Size::Small);
    auto* queuedLayout = new QHBoxLayout(m_queuedRow);
    queuedLayout->setContentsMargins(12, 4, 4, 0);
    queuedLayout->addWidget(m_queued, 1);
    queuedLayout->addWidget(editQueued);
    queuedLayout->addWidget(dropQueued);
    m_queued->setToken(Token::Muted);
    connect(dropQueued, &QAbstractButton::clicked, this,
            [this] { m_controller.setQueuedMessage(QString()); });
    connect(editQueued, &QAbstractButton::clicked, this, [this] {
        const QString text = m_controller.queuedMessage();
        m_controller.setQueuedMessage(QString());
        m_text->setPlainText(text);
        m_text->moveCursor(QTextCursor::End);
        focusText();
    });

    m_text->setObjectName(QStringLiteral("composerText"));
    m_text->setAccessibleName(tr("Message"));
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->viewport()->setAutoFillBackground(false);
    m_text->setFont(theme::font(theme::TextRole::Transcript));
    m_text->setTabChangesFocus(true);
    m_text->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_text->document()->setDocumentMargin(2);
    m_text->installEventFilter(this);
    connect(m_text, &QPlainTextEdit::textChanged, this, [this] {
        fitHeight();
        showStage();
        if (!m_loadingDraft) m_controller.setDraft(m_text->toPlainText());
    });

    m_think->setObjectName(QStringLiteral("thinkButton"));
    m_think->setCheckable(true); // filled unless thinking is off
    connect(m_think, &QPushButton::clicked, this, [this] {
        app::settings::ChatSettings chat = m_controller.chatSettings();
        chat.thinking = chat.thinking == Thinking::automatic ? Thinking::on
                        : chat.thinking == Thinking::on      ? Thinking::off
                                                             : Thinking::automatic;
        m_controller.setChatSettings(chat);
        showThinking();
    });
    m_tokens->setFont(theme::font(theme::TextRole::Caption));
    m_tokens->setForegroundRole(QPalette::PlaceholderText);
    m_send->setObjectName(QStringLiteral("sendButton"));
    connect(m_send, &QPushButton::clicked, this, [this] {
        if (m_controller.isBusy() && m_text->toPlainText().trimmed().isEmpty())
            m_controller.stop();
        else
            submit();
    });

    auto* tools = new QHBoxLayout;
    tools->setContentsMargins(8, 0, 8, 8);
    tools->setSpacing(theme::metrics::kSpace3);
    tools->addWidget(m_think);
    tools->addStretch();
    tools->addWidget(m_tokens);
    tools->addWidget(m_hint);
    tools->addWidget(m_send);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(1, 1, 1, 1);
    layout->setSpacing(2);
    layout->addWidget(m_queuedRow);
    auto* textBox = new QHBoxLayout;
    textBox->setContentsMargins(10, 8, 10, 0);
    textBox->addWidget(m_text);
    layout->addLayout(textBox);
    layout->addLayout(tools);

    connect(&controller, &ChatController::currentChanged, this, &Composer::showDraft);
    connect(&controller, &ChatController::draftReplaced, this, &Composer::showDraft);
    connect(&controller, &ChatController::stageChanged, this, &Composer::showStage);
    connect(&controller, &ChatController::queuedMessageChanged, this, &Composer::showQueued);
    connect(&controller, &ChatController::currentChanged, this, &Composer::showQueued);
    connect(&controller, &ChatController::chatSettingsChanged, this, &Composer::showThinking);
    connect(&controller, &ChatController::currentChanged, this, &Composer::showThinking);
    connect(&controller, &ChatController::tokenCountsChanged, this, &Composer::showStage);
    connect(&host, &app::bridge::EngineHost::stateChanged, this, &Composer::showThinking);
    connect(&host, &app::bridge::EngineHost::stateChanged, this, &Composer::showStage);
    showDraft();
    showQueued();
    showThinking();
}

void Composer::focusText() {
    m_text->setFocus(Qt::OtherFocusReason);
}

void Composer::submit() {
    const QString text = m_text->toPlainText();
    if (text.trimmed().isEmpty()) return;
    m_loadingDraft = true;
    m_text->clear();
    m_loadingDraft = false;
    m_controller.setDraft(QString());
    m_controller.send(text);
    focusText();
}

bool Composer::wantsSend(const QKeyEvent& event) const {
    if (event.key() != Qt::Key_Return && event.key() != Qt::Key_Enter) return false;
    const bool control = (event.modifiers() & Qt::ControlModifier) != 0;
    if (m_settings.value(app::settings::kSendKey) == app::settings::SendKey::ctrlEnter) return control;
    return control || (event.modifiers() & (Qt::ShiftModifier | Qt::AltModifier)) == 0;
}

bool Composer::eventFilter(QObject* watched, QEvent* event) {
    if (watched != m_text) return QWidget::eventFilter(watched, event);
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut) update();
    if (event->type() == QEvent::Resize) fitHeight();
    if (event->type() != QEvent::KeyPress) return QWidget::eventFilter(watched, event);
    const auto& key = *static_cast<QKeyEvent*>(event);
    if (wantsSend(key)) {
        submit();
        return true;
    }
    if ((key.key() == Qt::Key_Return || key.key() == Qt::Key_Enter)) {
        m_text->insertPlainText(QStringLiteral("\n")); // Shift+Enter would insert a line separator
        m_text->ensureCursorVisible();
        return true;
    }
    if (key.key() == Qt::Key_Up && key.modifiers() == Qt::NoModifier && m_text->document()->isEmpty() &&
        !m_controller.lastUserText().isEmpty()) {
        m_text->setPlainText(m_controller.lastUserText());
        m_text->moveCursor(QTextCursor::End);
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

// One to ten lines, then it scrolls.
void Composer::fitHeight() {
    const int line = QFontMetrics(m_text->font()).lineSpacing();
    int lines = 0;
    for (QTextBlock block = m_text->document()->begin(); block.isValid() && lines <= kMostLines;
         block = block.next())
        lines += qMax(1, block.layout()->lineCount());
    const int shown = qBound(1, lines, kMostLines);
    m_text->setVerticalScrollBarPolicy(lines > kMostLines ? Qt::ScrollBarAsNeeded : Qt::ScrollBarAlwaysOff);
    m_text->setFixedHeight(shown * line + 8);
}

void Composer::showStage() {
    const bool busy = m_controller.isBusy();
    const bool empty = m_text->toPlainText().trimmed().isEmpty();
    const bool stops = busy && empty;
    m_send->setText(stops ? tr("Stop") : busy ? tr("Queue") : tr("Send"));
    m_send->setGlyph(stops ? theme::Icon::Stop : theme::Icon::Send);
    m_send->setAccessibleName(stops  ? tr("Stop the reply")
                              : busy ? tr("Send when the reply is finished")
                                     : tr("Send"));
    m_send->setEnabled(stops || !empty);
    m_hint->setVisible(busy);
    const qint64 tokens = m_controller.draftTokens();
    m_tokens->setText(empty || tokens < 0 ? QString() : tokenCount(tokens));
    m_text->setPlaceholderText(busy ? tr("Write a message. Text you send now waits for its turn.")
                                    : tr("Write a message…"));
    m_text->viewport()->update(); // Qt 6.4 leaves the old words on screen
}

void Composer::showThinking() {
    m_think->setVisible(m_host.state() == app::bridge::EngineHost::State::ready && m_host.model().canThink);
    const Thinking thinking = m_controller.chatSettings().thinking;
    m_think->setChecked(thinking != Thinking::off);
    m_think->setText(thinking == Thinking::automatic ? tr("Think: auto")
                     : thinking == Thinking::on      ? tr("Think: on")
                                                     : tr("Think: off"));
    m_think->setToolTip(tr("Whether the model thinks before it answers: auto leaves it to the model"));
}

void Composer::showQueued() {
    const QString text = m_controller.queuedMessage();
    m_queuedRow->setVisible(!text.isEmpty());
    m_queued->setText(tr("Waits: %1").arg(text.simplified()));
}

void Composer::showDraft() {
    m_loadingDraft = true;
    if (m_text->toPlainText() != m_controller.draft()) {
        m_text->setPlainText(m_controller.draft());
        m_text->moveCursor(QTextCursor::End);
    }
    m_loadingDraft = false;
    fitHeight();
    showStage();
}

void Composer::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const theme::Palette palette = theme::Palette::of(this);
    const bool focus = m_text->hasFocus();
    theme::paintRounded(&painter, rect(), theme::metrics::kRadiusCard, palette[Token::Base],
                        palette[focus ? Token::Accent : Token::Control], focus ? 2 : 1);
}

} // namespace ui::chat
