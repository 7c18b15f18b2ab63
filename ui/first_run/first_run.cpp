// The steps, their head with dots and their foot with buttons.
#include "ui/first_run/first_run.h"

#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/first_run/folders_step.h"
#include "ui/first_run/hardware_step.h"
#include "ui/first_run/model_step.h"
#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/theme/style.h"
#include "ui/widgets/button.h"
#include "ui/widgets/segmented.h"

namespace ui::first_run {

namespace metrics = theme::metrics;
using theme::TextRole;
using theme::Token;

namespace {

constexpr int kMargin = 64;

// One dot per step, the current one long.
class Dots : public QWidget {
 public:
    explicit Dots(const QStackedWidget* pages, QWidget* parent) : QWidget(parent), m_pages(pages) {}
    QSize sizeHint() const override { return {16 * m_pages->count() + 16, 8}; }

 protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        const theme::Palette palette = theme::Palette::of(this);
        int x = 0;
        for (int i = 0; i < m_pages->count(); ++i) {
            const int width = i == m_pages->currentIndex() ? 24 : 8;
            const int left = isRightToLeft() ? this->width() - x - width : x;
            const bool reached = i <= m_pages->currentIndex();
            theme::paintRounded(&painter, QRectF(left, (height() - 8) / 2.0, width, 8), 4,
                                palette[reached ? Token::Accent : Token::Control]);
            x += width + 8;
        }
    }

 private:
    const QStackedWidget* m_pages;
};

QLabel* text(const QString& words, TextRole role, bool muted, QWidget* parent) {
    auto* label = new QLabel(words, parent);
    label->setFont(theme::font(role));
    label->setWordWrap(true);
    if (muted) label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

} // namespace

FirstRun::FirstRun(app::application::Application& application, QWidget* parent)
    : Panel(Token::Window, parent), m_application(application), m_pages(new QStackedWidget(this)) {
    setObjectName(QStringLiteral("firstRun"));
    setAccessibleName(tr("First steps"));
    addStep(tr("Welcome to Tandem"),
            tr("Large language models that run on the computer you own. Nothing to set up: a small model is "
               "built in."),
            buildWelcome());
    addStep(tr("What this computer can do"),
            tr("A short measurement, about five seconds. The figures stay on this computer."),
            new HardwareStep(application.machine(), application.recommendations()));
    addStep(tr("Models on this computer"),
            tr("Models of other programs are used where they lie; nothing of theirs is changed."),
            new FoldersStep(application.library()));
    addStep(tr("A model for this computer"),
            tr("Optional: a larger model than the built-in one, chosen for the memory and the speed that are "
               "here."),
            m_model = new ModelStep(application));
    addStep(tr("What stays here"), tr("Everything you write."), buildPrivacy());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(buildHead());
    layout->addWidget(m_pages, 1);
    layout->addWidget(buildFoot());
    setFocusProxy(m_next);
    connect(m_model, &ModelStep::offerChanged, this, &FirstRun::showStep);
    showStep();
}

void FirstRun::addStep(const QString& title, const QString& sentence, QWidget* content) {
    auto* page = new QWidget;
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(kMargin, metrics::kSpace3, kMargin, metrics::kSpace4);
    layout->setSpacing(metrics::kSpace2);
    layout->addWidget(text(title, TextRole::Welcome, false, page));
    layout->addWidget(text(sentence, TextRole::Body, true, page));
    layout->addSpacing(metrics::kSpace4);
    layout->addWidget(content, 1);
    auto* area = new QScrollArea(m_pages);
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setFocusPolicy(Qt::NoFocus);
    area->viewport()->setAutoFillBackground(false);
    area->setWidget(page);
    page->setAutoFillBackground(false);
    m_pages->addWidget(area);
}

QWidget* FirstRun::buildHead() {
    auto* head = new QWidget(this);
    auto* name = text(tr("Tandem"), TextRole::Title, false, head);
    name->setWordWrap(false);
    m_dots = new Dots(m_pages, head);
    m_where = text(QString(), TextRole::Small, true, head);
    m_where->setWordWrap(false);
    auto* layout = new QHBoxLayout(head);
    layout->setContentsMargins(kMargin, metrics::kSpace5, kMargin, metrics::kSpace4);
    layout->setSpacing(metrics::kSpace4);
    layout->addWidget(name, 1);
    layout->addWidget(m_dots);
    layout->addWidget(m_where);
    return head;
}

QWidget* FirstRun::buildFoot() {
    auto* foot = new Panel(Token::Window, this, Qt::TopEdge);
    auto* skip = new widgets::Button(tr("Skip set-up"), foot, theme::Variant::Flat);
    skip->setObjectName(QStringLiteral("skipFirstRun"));
    m_back = new widgets::Button(tr("Back"), foot);
    m_back->setObjectName(QStringLiteral("firstRunBack"));
    m_next = new widgets::Button(tr("Next"), foot, theme::Variant::Primary);
    m_next->setObjectName(QStringLiteral("firstRunNext"));
    connect(skip, &QAbstractButton::clicked, this, &FirstRun::finished);
    connect(m_back, &QAbstractButton::clicked, this, [this] { setStep(step() - 1); });
    connect(m_next, &QAbstractButton::clicked, this, [this] {
        if (step() + 1 == steps()) return Q_EMIT finished();
        setStep(step() + 1);
    });
    auto* layout = new QHBoxLayout(foot);
    layout->setContentsMargins(kMargin - metrics::kSpace3, metrics::kSpace4, kMargin, metrics::kSpace4);
    layout->addWidget(skip);
    layout->addStretch(1);
    layout->addWidget(m_back);
    layout->addWidget(m_next);
    return foot;
}

QWidget* FirstRun::buildWelcome() {
    using namespace app::settings;
    auto* page = new QWidget;
    auto* look = new widgets::Segmented(tr("Theme"),
                                        {tr("System"), tr("Light"), tr("Dark"), tr("High contrast")}, page);
    look->setObjectName(QStringLiteral("firstRunTheme"));
    look->setCurrent(static_cast<int>(m_application.settings().value(kTheme)));
    connect(look, &widgets::Segmented::chosen, this,
            [this](int index) { m_application.settings().setValue(kTheme, static_cast<Theme>(index)); });
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(metrics::kSpace2);
    layout->addWidget(text(tr("How should it look?"), TextRole::Body, false, page));
    layout->addWidget(look, 0, Qt::AlignLeading);
    layout->addWidget(text(tr("You can change this later in the settings."), TextRole::Small, true, page));
    layout->addStretch(1);
    return page;
}

QWidget* FirstRun::buildPrivacy() {
    auto* page = new QWidget;
    auto* card = new widgets::Card(page);
    card->setMaximumWidth(620);
    auto* rows = new QVBoxLayout(card);
    rows->setSpacing(metrics::kSpace3);
    for (const QString& sentence :
         {tr("Conversations, files and measurements are kept in your own folders, readable by you alone."),
          tr("Nothing is sent anywhere: no accounts, no statistics, no crash reports."),
          tr("The network is used only when you look for a model or download one.")})
        rows->addWidget(text(sentence, TextRole::Body, false, card));
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(card);
    layout->addStretch(1);
    return page;
}

int FirstRun::step() const {
    return m_pages->currentIndex();
}

int FirstRun::steps() const {
    return m_pages->count();
}

void FirstRun::setStep(int step) {
    m_pages->setCurrentIndex(qBound(0, step, steps() - 1));
    showStep();
    m_next->setFocus();
}

void FirstRun::showStep() {
    m_where->setText(tr("Step %1 of %2").arg(step() + 1).arg(steps()));
    m_back->setEnabled(step() > 0);
    m_next->setText(step() + 1 == steps() ? tr("Start") : tr("Next"));
    // One filled button in any view: where a model can be downloaded, it is that.
    const bool offered = m_pages->currentWidget()->isAncestorOf(m_model) && m_model->offersDownload();
    theme::setVariant(m_next, offered ? theme::Variant::Normal : theme::Variant::Primary);
    m_dots->update();
}

void FirstRun::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape) return Q_EMIT finished();
    Panel::keyPressEvent(event);
}

} // namespace ui::first_run
