// The find bar.
#include "ui/chat/page/find_bar.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>

#include "ui/chat/transcript/transcript_view.h"
#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/search_field.h"

namespace ui::chat {

using widgets::IconButton;

FindBar::FindBar(transcript::TranscriptView& view, QWidget* parent)
    : Panel(theme::Token::Base, parent, Qt::BottomEdge),
      m_view(view),
      m_field(new widgets::SearchField(tr("Find in this chat"), this)),
      m_count(new QLabel(this)) {
    setObjectName(QStringLiteral("findBar"));
    m_field->setObjectName(QStringLiteral("findField"));
    m_field->installEventFilter(this);
    m_count->setFont(theme::font(theme::TextRole::Small));
    m_count->setForegroundRole(QPalette::PlaceholderText);
    m_count->setMinimumWidth(m_count->fontMetrics().horizontalAdvance(tr("%1 of %2").arg(888).arg(888)));
    auto* previous = new IconButton(theme::Icon::Up, tr("Previous hit"), this, IconButton::Size::Small);
    auto* next = new IconButton(theme::Icon::Down, tr("Next hit"), this, IconButton::Size::Small);
    auto* leave = new IconButton(theme::Icon::Close, tr("Close the search"), this, IconButton::Size::Small);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(24, 6, 12, 7);
    row->setSpacing(theme::metrics::kSpace2);
    m_field->setMaximumWidth(360);
    row->addWidget(m_field, 1);
    row->addWidget(m_count);
    row->addWidget(previous);
    row->addWidget(next);
    row->addStretch();
    row->addWidget(leave);
    connect(m_field, &QLineEdit::textChanged, this, &FindBar::search);
    connect(previous, &QAbstractButton::clicked, this, [this] { step(true); });
    connect(next, &QAbstractButton::clicked, this, [this] { step(false); });
    connect(leave, &QAbstractButton::clicked, this, [this] {
        close();
        Q_EMIT closed();
    });
    hide();
}

void FindBar::open() {
    show();
    m_field->setFocus(Qt::ShortcutFocusReason);
    m_field->selectAll();
    search();
}

void FindBar::close() {
    hide();
    m_view.find(QString());
}

void FindBar::search() {
    m_hits = m_view.find(m_field->text());
    if (m_hits > 0) m_view.findNext();
    showCount();
}

void FindBar::step(bool backwards) {
    if (m_hits > 0) m_view.findNext(backwards);
    showCount();
}

void FindBar::showCount() {
    m_count->setText(m_field->text().isEmpty() ? QString()
                     : m_hits == 0             ? tr("No hits")
                                               : tr("%1 of %2").arg(m_view.findPosition() + 1).arg(m_hits));
    m_count->setAccessibleName(m_count->text());
}

bool FindBar::eventFilter(QObject* watched, QEvent* event) {
    if (watched != m_field) return Panel::eventFilter(watched, event);
    // Escape closes the bar even while a reply is being written.
    if (event->type() == QEvent::ShortcutOverride &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        event->accept();
        return true;
    }
    if (event->type() != QEvent::KeyPress) return Panel::eventFilter(watched, event);
    const auto& key = *static_cast<QKeyEvent*>(event);
    if (key.key() == Qt::Key_Return || key.key() == Qt::Key_Enter || key.key() == Qt::Key_F3) {
        step(key.modifiers().testFlag(Qt::ShiftModifier));
        return true;
    }
    if (key.key() == Qt::Key_Escape) {
        close();
        Q_EMIT closed();
        return true;
    }
    return Panel::eventFilter(watched, event);
}

} // namespace ui::chat
