// Placing of the header's parts.
#include "ui/chat/page/chat_header.h"

#include <QEvent>
#include <QStyle>

#include "ui/chat/page/context_meter.h"
#include "ui/chat/page/model_button.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/icon_button.h"

namespace ui::chat {

using widgets::IconButton;

namespace {
constexpr int kMargin = 12;
constexpr int kGap = 12;
} // namespace

ChatHeader::ChatHeader(ModelButton* model, ContextMeter* meter, QWidget* parent)
    : Panel(theme::Token::Base, parent, Qt::BottomEdge),
      m_model(model),
      m_meter(meter),
      m_list(new IconButton(theme::Icon::PanelLeft, QString(), this)),
      m_inspector(new IconButton(theme::Icon::PanelRight, QString(), this)) {
    setObjectName(QStringLiteral("chatHeader"));
    setFixedHeight(theme::metrics::kHeaderHeight);
    m_list->setObjectName(QStringLiteral("toggleList"));
    m_inspector->setObjectName(QStringLiteral("toggleInspector"));
    for (IconButton* toggle : {m_list, m_inspector})
        toggle->setCheckable(true);
    connect(m_list, &QAbstractButton::clicked, this, &ChatHeader::listToggled);
    connect(m_inspector, &QAbstractButton::clicked, this, &ChatHeader::inspectorToggled);
    m_model->setParent(this);
    m_meter->setParent(this);
    setPanes(true, true);
}

void ChatHeader::setPanes(bool list, bool inspector) {
    m_list->setChecked(list);
    m_list->setName(list ? tr("Hide the chat list") : tr("Show the chat list"), QStringLiteral("Ctrl+B"));
    m_inspector->setChecked(inspector);
    m_inspector->setName(inspector ? tr("Hide the inspector") : tr("Show the inspector"),
                         QStringLiteral("Ctrl+Shift+B"));
}

void ChatHeader::resizeEvent(QResizeEvent* event) {
    Panel::resizeEvent(event);
    place();
}

bool ChatHeader::event(QEvent* event) {
    if (event->type() == QEvent::LayoutRequest || event->type() == QEvent::LayoutDirectionChange) place();
    return Panel::event(event);
}

// The model button stands in the middle of the line, so over the middle of the text, as long as there is room
// for it beside the meter; in a narrow pane it takes what is left.
void ChatHeader::place() {
    const int line = height() - 1;
    const auto put = [&](QWidget* part, int x, int width, int height) {
        part->setGeometry(
            QStyle::visualRect(layoutDirection(), rect(), QRect(x, (line - height) / 2, width, height)));
    };
    const QSize toggle = m_list->sizeHint();
    put(m_list, kMargin, toggle.width(), toggle.height());
    const int inspectorAt = width() - kMargin - toggle.width();
    put(m_inspector, inspectorAt, toggle.width(), toggle.height());
    const int meterAt = inspectorAt - theme::metrics::kSpace2 - m_meter->width();
    put(m_meter, meterAt, m_meter->width(), m_meter->height());

    const int left = kMargin + toggle.width() + kGap;
    const int right = meterAt - kGap;
    const int centred = 2 * qMin(width() / 2 - left, right - width() / 2);
    const int wanted = qBound(ModelButton::kNarrow, m_model->sizeHint().width(), ModelButton::kWide);
    if (centred >= ModelButton::kNarrow) {
        const int size = qMin(centred, wanted);
        put(m_model, (width() - size) / 2, size, m_model->sizeHint().height());
    } else {
        put(m_model, left, qMax(80, qMin(right - left, wanted)), m_model->sizeHint().height());
    }
}

} // namespace ui::chat
