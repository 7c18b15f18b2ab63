// The buttons of a message.
#include "ui/chat/transcript/action_row.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLocale>
#include <QMenu>
#include <QPainter>
#include <QStyle>
#include <QTimer>

#include "ui/chat/transcript/metrics_chip.h"
#include "ui/theme/fonts.h"
#include "ui/widgets/icon_button.h"

namespace ui::chat::transcript {
namespace {

constexpr int kSide = 28;
constexpr int kGap = 2;
constexpr int kCopiedMs = 1500;

// Takes part in focus, clicks and accessibility as ever, but paints nothing while its row is not revealed.
class RowButton : public widgets::IconButton {
 public:
    RowButton(theme::Icon icon, const QString& name, ActionRow* row)
        : IconButton(icon, name, row, Size::Small), m_row(row) {}

 protected:
    void paintEvent(QPaintEvent* event) override {
        if (m_row->isRevealed()) IconButton::paintEvent(event);
    }

 private:
    ActionRow* m_row;
};

} // namespace

ActionRow::ActionRow(Role role, QWidget* parent)
    : QWidget(parent),
      m_role(role),
      m_copy(new RowButton(theme::Icon::Copy, tr("Copy"), this)),
      m_edit(new RowButton(theme::Icon::Edit, tr("Edit"), this)),
      m_regenerate(
          new RowButton(theme::Icon::Redo, role == Role::User ? tr("Send again") : tr("Regenerate"), this)),
      m_continue(new RowButton(theme::Icon::Play, tr("Continue"), this)),
      m_fork(new RowButton(theme::Icon::Fork, tr("New chat from here"), this)),
      m_delete(new RowButton(theme::Icon::Trash, tr("Delete"), this)) {
    if (role == Role::Assistant) {
        m_chip = new MetricsChip(this);
        auto* menu = new QMenu(this);
        const auto add = [&](const QString& text, RegenerateKind kind) {
            connect(menu->addAction(text), &QAction::triggered, this,
                    [this, kind] { Q_EMIT regenerate(kind); });
        };
        add(tr("Again"), RegenerateKind::Same);
        add(tr("Longer"), RegenerateKind::Longer);
        add(tr("With another model…"), RegenerateKind::OtherModel);
        m_regenerate->setMenu(menu);
    } else {
        connect(m_regenerate, &QAbstractButton::clicked, this,
                [this] { Q_EMIT regenerate(RegenerateKind::Same); });
    }
    connect(m_copy, &QAbstractButton::clicked, this, &ActionRow::copy);
    connect(m_edit, &QAbstractButton::clicked, this, &ActionRow::edit);
    connect(m_continue, &QAbstractButton::clicked, this, &ActionRow::continueReply);
    connect(m_fork, &QAbstractButton::clicked, this, &ActionRow::fork);
    connect(m_delete, &QAbstractButton::clicked, this, &ActionRow::remove);
    setMessage({});
}

void ActionRow::setMessage(const MessageView& message) {
    m_message = message;
    const bool busy = message.state == State::Waiting || message.state == State::Streaming;
    const bool changes = !busy && !message.readOnly;
    if (m_chip != nullptr) m_chip->setMetrics(message.metrics);
    m_copy->setEnabled(!message.text.isEmpty());
    m_edit->setEnabled(changes);
    m_regenerate->setEnabled(changes);
    m_fork->setEnabled(!busy);
    m_delete->setEnabled(changes);
    m_continue->setVisible(message.canContinue);
    m_continue->setEnabled(changes);
    // A message of the person can be sent again as it is only while no reply stands below it.
    m_regenerate->setVisible(m_role == Role::Assistant || m_last);
    place();
}

void ActionRow::setLast(bool last) {
    if (m_last == last) return;
    m_last = last;
    setMessage(m_message);
}

void ActionRow::setRevealed(bool revealed) {
    if (m_revealed == revealed) return;
    m_revealed = revealed;
    if (m_chip != nullptr) m_chip->setHiddenFromSight(!revealed);
    const auto all = parts();
    for (QWidget* part : all)
        part->update();
    update();
}

QList<QWidget*> ActionRow::parts() const {
    QList<QWidget*> list;
    if (m_chip != nullptr && m_chip->isVisibleTo(this)) list << m_chip;
    for (widgets::IconButton* button : {m_copy, m_edit, m_regenerate, m_continue, m_fork, m_delete})
        if (button->isVisibleTo(this)) list << button;
    return list;
}

QSize ActionRow::sizeHint() const {
    int width = 0;
    const auto all = parts();
    for (QWidget* part : all)
        width += (part == m_chip ? part->sizeHint().width() + 8 : kSide) + kGap;
    return {qMax(0, width - kGap), kSide};
}

void ActionRow::place() {
    int x = 0;
    const auto all = parts();
    for (QWidget* part : all) {
        const bool chip = part == m_chip;
        const int w = chip ? part->sizeHint().width() : kSide;
        const int h = chip ? part->sizeHint().height() : kSide;
        const QRect box(x, (height() - h) / 2, w, h);
        part->setGeometry(QStyle::visualRect(layoutDirection(), rect(), box));
        x += w + (chip ? 8 : kGap);
    }
}

void ActionRow::resizeEvent(QResizeEvent*) {
    place();
}

// Left and right move inside the row.
void ActionRow::keyPressEvent(QKeyEvent* event) {
    const bool forward = event->key() == (isRightToLeft() ? Qt::Key_Left : Qt::Key_Right);
    const bool backward = event->key() == (isRightToLeft() ? Qt::Key_Right : Qt::Key_Left);
    if (!forward && !backward) return QWidget::keyPressEvent(event);
    QList<QWidget*> reachable;
    const auto all = parts();
    for (QWidget* part : all)
        if (part->isEnabled()) reachable << part;
    const auto at = reachable.indexOf(QApplication::focusWidget());
    const auto next = at + (forward ? 1 : -1);
    if (at >= 0 && next >= 0 && next < reachable.size()) reachable[next]->setFocus(Qt::TabFocusReason);
}

void ActionRow::paintEvent(QPaintEvent*) {
    if (!m_revealed || m_message.metrics.firstTokenSeconds < 0 || m_role == Role::User) return;
    QPainter painter(this);
    painter.setFont(theme::font(theme::TextRole::Caption));
    painter.setPen(theme::Palette::of(this)[theme::Token::Muted]);
    const QString text =
        tr("First token %1 s").arg(QLocale().toString(m_message.metrics.firstTokenSeconds, 'f', 2));
    if (sizeHint().width() + 16 + painter.fontMetrics().horizontalAdvance(text) > width()) return;
    painter.drawText(
        rect(),
        static_cast<int>(QStyle::visualAlignment(layoutDirection(), Qt::AlignRight)) | Qt::AlignVCenter,
        text);
}

void ActionRow::fillMenu(QMenu* menu) {
    const auto add = [&](widgets::IconButton* button, auto signal) {
        if (!button->isVisibleTo(this)) return;
        QAction* action = menu->addAction(theme::menuIcon(button->glyph()), button->accessibleName());
        action->setEnabled(button->isEnabled());
        connect(action, &QAction::triggered, this, signal);
    };
    add(m_copy, &ActionRow::copy);
    add(m_edit, &ActionRow::edit);
    add(m_regenerate, [this] { Q_EMIT regenerate(RegenerateKind::Same); });
    add(m_continue, &ActionRow::continueReply);
    add(m_fork, &ActionRow::fork);
    menu->addSeparator();
    add(m_delete, &ActionRow::remove);
}

void ActionRow::showCopied() {
    m_copy->setGlyph(theme::Icon::Check);
    QTimer::singleShot(kCopiedMs, m_copy, [this] { m_copy->setGlyph(theme::Icon::Copy); });
}

} // namespace ui::chat::transcript
