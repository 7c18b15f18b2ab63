// Painting and states of the model button.
#include "ui/chat/page/model_button.h"

#include <QContextMenuEvent>
#include <QDateTime>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QStyle>
#include <QTimerEvent>

#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/theme/style.h"
#include "ui/theme/theme.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/icon_button.h"

namespace ui::chat {

using app::bridge::EngineHost;
using State = EngineHost::State;
using theme::Token;

namespace {
constexpr int kProgressHeight = 3;
}

ModelButton::ModelButton(EngineHost& host, QWidget* parent)
    : QAbstractButton(parent),
      m_host(host),
      m_action(new widgets::IconButton(theme::Icon::Close, tr("Cancel loading"), this,
                                       widgets::IconButton::Size::Small)) {
    setObjectName(QStringLiteral("modelButton"));
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    m_action->setObjectName(QStringLiteral("modelAction"));
    connect(m_action, &QAbstractButton::clicked, this, [this] {
        switch (m_host.state()) {
            case State::loading:
                m_host.cancelLoad();
                break;
            case State::ready:
                m_host.eject();
                break;
            default:
                m_host.reload();
                break;
        }
    });
    connect(&host, &EngineHost::stateChanged, this, &ModelButton::update);
    connect(&host, &EngineHost::progressChanged, this, &ModelButton::update);
    connect(this, &QAbstractButton::clicked, this, [this] {
        if (m_host.state() == State::failed) Q_EMIT failureRequested();
    });
    update();
}

void ModelButton::update() {
    const QString name = m_host.modelName();
    m_tail.clear();
    switch (m_host.state()) {
        case State::none:
            m_head = tr("Choose a model…");
            break;
        case State::loading:
            m_head = name;
            m_tail = m_host.progress() < 0 ? tr("Loading")
                                           : tr("Loading %1 %").arg(qRound(m_host.progress() * 100));
            break;
        case State::ready:
            m_head = m_host.model().name;
            m_tail = m_host.model().quantization;
            break;
        case State::failed:
            m_head = name;
            m_tail = tr("Load failed");
            break;
        case State::unloaded:
            m_head = name;
            m_tail = tr("Unloaded");
            break;
    }
    setAccessibleName(m_tail.isEmpty() ? m_head : tr("Model: %1, %2").arg(m_head, m_tail));
    setToolTip(m_host.state() == State::ready
                   ? tr("%1\n%2\nCtrl+L chooses another model, Ctrl+Shift+L shows the load settings")
                         .arg(m_host.modelPath(), m_host.model().placement)
                   : tr("Choose a model (Ctrl+L)"));
    switch (m_host.state()) {
        case State::loading:
            m_action->setGlyph(theme::Icon::Close);
            m_action->setName(tr("Cancel loading"));
            break;
        case State::ready:
            m_action->setGlyph(theme::Icon::Close);
            m_action->setName(tr("Eject the model: free its memory"));
            break;
        default:
            m_action->setGlyph(theme::Icon::Redo);
            m_action->setName(tr("Load %1").arg(name));
            break;
    }
    showAction();
    updateGeometry();
    QWidget::update();
}

// Cancelling and loading stand there for everybody; ejecting, which nobody should meet by chance, comes with
// the pointer (and is a command and a button of the inspector too).
void ModelButton::showAction() {
    const State state = m_host.state();
    const bool ready = state == State::ready;
    m_action->setFocusPolicy(ready ? Qt::NoFocus : Qt::StrongFocus);
    m_action->setVisible(state != State::none && (!ready || underMouse()));
    placeActions();
}

void ModelButton::placeActions() {
    const QRect box(width() - m_action->width() - 34, (height() - m_action->height()) / 2, m_action->width(),
                    m_action->height());
    m_action->setGeometry(QStyle::visualRect(layoutDirection(), rect(), box));
}

QSize ModelButton::sizeHint() const {
    const int head =
        QFontMetrics(theme::semibold(theme::font(theme::TextRole::Body))).horizontalAdvance(m_head);
    const int tail = QFontMetrics(theme::font(theme::TextRole::Body)).horizontalAdvance(m_tail);
    const int chip = m_host.model().isMixtureOfExperts() ? widgets::chipWidth(tr("MoE")) : 0;
    return {qBound(320, 36 + head + 6 + tail + 24 + qMax(chip, m_action->sizeHint().width()) + 40, kWide),
            34};
}

bool ModelButton::event(QEvent* event) {
    if (event->type() == QEvent::HoverEnter || event->type() == QEvent::HoverLeave) showAction();
    return QAbstractButton::event(event);
}

void ModelButton::keyPressEvent(QKeyEvent* event) {
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (enter && (event->modifiers() & Qt::AltModifier) != 0)
        Q_EMIT loadSettingsRequested();
    else if (enter || event->key() == Qt::Key_Down)
        click();
    else
        QAbstractButton::keyPressEvent(event);
}

void ModelButton::contextMenuEvent(QContextMenuEvent* event) {
    if (m_host.state() == State::none) return;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(theme::menuIcon(theme::Icon::Sliders), tr("Load settings…"), this,
                    &ModelButton::loadSettingsRequested);
    menu->popup(event->globalPos());
}

void ModelButton::resizeEvent(QResizeEvent* event) {
    QAbstractButton::resizeEvent(event);
    m_action->resize(m_action->sizeHint());
    placeActions();
}

void ModelButton::timerEvent(QTimerEvent* event) {
    if (event->timerId() != m_walk.timerId()) return QAbstractButton::timerEvent(event);
    m_walk.stop();
    QWidget::update();
}

void ModelButton::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const theme::Palette palette = theme::Palette::of(this);
    const State state = m_host.state();
    const QColor fill = palette[underMouse() || isDown() ? Token::Hover : Token::Raised];
    const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    theme::paintRounded(&painter, frame, theme::metrics::kRadiusControl, fill, palette[Token::Control]);

    const auto place = [this](const QRect& box) {
        return QStyle::visualRect(layoutDirection(), rect(), box);
    };
    theme::paintIcon(&painter, state == State::failed ? theme::Icon::Warn : theme::Icon::Cube,
                     place(QRect(12, (height() - 16) / 2, 16, 16)),
                     palette[state == State::failed ? Token::Bad : Token::Muted]);
    theme::paintIcon(&painter, theme::Icon::Down, place(QRect(width() - 28, (height() - 16) / 2, 16, 16)),
                     palette[Token::Muted]);

    // The action that comes with the pointer takes the chip's place, so that nothing else moves.
    int right = width() - 36 - (m_action->isHidden() ? 0 : m_action->width() + 4);
    if (state == State::ready && m_host.model().isMixtureOfExperts()) {
        const int chip = widgets::chipWidth(tr("MoE"));
        right = width() - 36 - qMax(chip, m_action->width()) - 4;
        const QRect box(width() - 36 - chip - 4, (height() - theme::metrics::kChipHeight) / 2, chip,
                        theme::metrics::kChipHeight);
        if (m_action->isHidden())
            widgets::paintChip(&painter, place(box), palette, widgets::Tone::Outline, tr("MoE"));
    }
    const QFont bold = theme::semibold(theme::font(theme::TextRole::Body));
    const QFont plain = theme::font(theme::TextRole::Body);
    const int room = right - 36 - 8;
    const int tailWidth = m_tail.isEmpty() ? 0 : QFontMetrics(plain).horizontalAdvance(m_tail) + 6;
    const QString head = QFontMetrics(bold).elidedText(m_head, Qt::ElideRight, qMax(40, room - tailWidth));
    const int align =
        static_cast<int>(QStyle::visualAlignment(layoutDirection(), Qt::AlignLeft) | Qt::AlignVCenter) |
        Qt::TextSingleLine;
    painter.setFont(bold);
    painter.setPen(palette[state == State::none ? Token::Muted : Token::Text]);
    painter.drawText(place(QRect(36, 0, room, height())), align, head);
    const int at = 36 + QFontMetrics(bold).horizontalAdvance(head) + 6;
    painter.setFont(plain);
    painter.setPen(palette[state == State::failed ? Token::Bad : Token::Muted]);
    painter.drawText(place(QRect(at, 0, right - at, height())), align, m_tail);

    if (state != State::loading) return;
    QRectF bar(1, height() - kProgressHeight - 1, width() - 2, kProgressHeight);
    if (m_host.progress() >= 0) {
        bar.setWidth(bar.width() * m_host.progress());
    } else if (theme::prefersReducedMotion(this)) {
        bar.setWidth(bar.width() / 3);
    } else { // a third of the width that walks once in 1.5 s
        const double phase = static_cast<double>(QDateTime::currentMSecsSinceEpoch() % 1500) / 1500;
        const double third = bar.width() / 3;
        bar = QRectF(bar.x() + (bar.width() - third) * phase, bar.y(), third, bar.height());
        m_walk.start(40, this);
    }
    theme::paintRounded(&painter, bar, 1.5, palette[Token::Accent]);
}

} // namespace ui::chat
