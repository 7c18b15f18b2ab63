// The inspector's frame: tabs over pages.
#include "ui/chat/page/inspector.h"

#include <QHBoxLayout>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

#include "ui/chat/page/chat_settings_view.h"
#include "ui/chat/page/model_settings_view.h"
#include "ui/theme/metrics.h"

namespace ui::chat {

namespace {

QScrollArea* scrolled(QWidget* page) {
    auto* area = new QScrollArea;
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    area->viewport()->setAutoFillBackground(false);
    page->setAutoFillBackground(false);
    area->setWidget(page);
    return area;
}

// Tabs as high as the header beside them, so that their underline lies on its hairline.
class HeaderTabs : public QTabBar {
 public:
    using QTabBar::QTabBar;

 protected:
    QSize tabSizeHint(int index) const override {
        return {QTabBar::tabSizeHint(index).width(), theme::metrics::kHeaderHeight};
    }
};

} // namespace

Inspector::Inspector(app::chat::ChatController& controller, app::bridge::EngineHost& host,
                     app::usage::Usage& usage, app::settings::Settings& settings,
                     app::settings::Presets& presets, QWidget* parent)
    : Panel(theme::Token::Window, parent), m_tabs(new HeaderTabs(this)), m_pages(new QStackedWidget(this)) {
    setObjectName(QStringLiteral("inspector"));
    setMinimumWidth(300);
    setMaximumWidth(460);
    m_tabs->setObjectName(QStringLiteral("inspectorTabs"));
    m_tabs->setAccessibleName(tr("Inspector"));
    m_tabs->addTab(tr("Chat"));
    m_tabs->addTab(tr("Model"));
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_pages->addWidget(scrolled(new ChatSettingsView(controller, settings, presets)));
    m_pages->addWidget(scrolled(new ModelSettingsView(host, usage, settings)));
    connect(m_tabs, &QTabBar::currentChanged, m_pages, &QStackedWidget::setCurrentIndex);

    auto* head = new widgets::Panel(theme::Token::Window, this, Qt::BottomEdge);
    auto* headLayout = new QHBoxLayout(head);
    headLayout->setContentsMargins(6, 0, 0, 0); // the tabs' words stand over the page's
    headLayout->addWidget(m_tabs);
    headLayout->addStretch();
    head->setFixedHeight(theme::metrics::kHeaderHeight);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(head);
    layout->addWidget(m_pages, 1);
}

void Inspector::showModel() {
    m_tabs->setCurrentIndex(1);
}

} // namespace ui::chat
