// A field while there is no token, its ends while there is one.
#include "ui/settings/token_row.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QVBoxLayout>

#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/widgets/button.h"

namespace ui::settings {

using app::settings::Credentials;

namespace {

constexpr int kFieldWidth = 320, kNoteWidth = 540;
constexpr int kShownStart = 3, kShownEnd = 4, kLeastToShow = 16; // of a short one nothing is shown

QString masked(const QByteArray& token) {
    const QString dots(8, QChar(0x2022));
    if (token.size() < kLeastToShow) return dots;
    return QString::fromLatin1(token.first(kShownStart)) + dots + QString::fromLatin1(token.last(kShownEnd));
}

QString placeText(Credentials::Place place, const QString& hub) {
    switch (place) {
        case Credentials::Place::environment:
            return TokenRow::tr(
                       "Comes from the environment variable HF_TOKEN; change it there. It is sent to %1.")
                .arg(hub);
        case Credentials::Place::keychain:
            return TokenRow::tr("For %1 only. Kept in your desktop's keychain.").arg(hub);
        case Credentials::Place::file:
            return TokenRow::tr("For %1 only. Kept in a file that only you can read.").arg(hub);
        case Credentials::Place::none:
            break;
    }
    return TokenRow::tr("Needed only for models that ask you to sign in. Sent to %1, nowhere else.").arg(hub);
}

} // namespace

TokenRow::TokenRow(app::downloads::HubSettings& hub, QWidget* parent)
    : QWidget(parent),
      m_hub(hub),
      m_field(new QLineEdit(this)),
      m_masked(new QLabel(this)),
      m_note(new QLabel(this)),
      m_save(new widgets::Button(tr("Save"), this)),
      m_remove(new widgets::Button(tr("Remove"), this)),
      m_inFile(new widgets::Button(tr("Keep it in a file"), this)),
      m_cancel(new widgets::Button(tr("Cancel"), this)) {
    build();
    connect(m_field, &QLineEdit::textChanged, this,
            [this](const QString& text) { m_save->setEnabled(!text.trimmed().isEmpty()); });
    connect(m_field, &QLineEdit::returnPressed, this, &TokenRow::save);
    connect(m_save, &QAbstractButton::clicked, this, &TokenRow::save);
    connect(m_remove, &QAbstractButton::clicked, this, &TokenRow::remove);
    connect(m_inFile, &QAbstractButton::clicked, this, [this] {
        m_stage = Stage::waiting;
        showStage();
        m_hub.storeToken(m_typed, true);
    });
    connect(m_cancel, &QAbstractButton::clicked, this, &TokenRow::showToken);
    connect(&hub, &app::downloads::HubSettings::tokenStored, this, &TokenRow::takeStored);
    connect(&hub, &app::downloads::HubSettings::tokenRemoved, this,
            [this](const QString& whyNot) { m_problem = whyNot; });
    connect(&hub, &app::downloads::HubSettings::accessChanged, this, [this] {
        if (m_hub.hubName() != m_shownHub) showToken(); // what was typed was for another
    });
    connect(&hub, &app::downloads::HubSettings::ready, this, [this] {
        if (m_typed.isEmpty()) showToken(); // else a token waits for its place
    });
    showToken();
}

void TokenRow::build() {
    m_field->setObjectName(QStringLiteral("hubToken"));
    m_field->setAccessibleName(tr("Access token of the model hub"));
    m_field->setEchoMode(QLineEdit::Password);
    m_field->setPlaceholderText(tr("hf_…"));
    m_field->setFixedWidth(kFieldWidth);
    m_masked->setObjectName(QStringLiteral("hubTokenShown"));
    m_masked->setTextFormat(Qt::PlainText);
    m_note->setObjectName(QStringLiteral("hubTokenNote"));
    m_note->setFont(theme::font(theme::TextRole::Small));
    m_note->setForegroundRole(QPalette::PlaceholderText);
    m_note->setWordWrap(true);
    m_save->setObjectName(QStringLiteral("saveToken"));
    m_save->setAccessibleName(tr("Save the access token"));
    m_remove->setObjectName(QStringLiteral("removeToken"));
    m_remove->setAccessibleName(tr("Remove the access token"));
    m_inFile->setObjectName(QStringLiteral("tokenInFile"));
    m_cancel->setObjectName(QStringLiteral("tokenCancel"));
    auto* line = new QHBoxLayout;
    line->setSpacing(theme::metrics::kSpace2);
    for (QWidget* widget :
         std::initializer_list<QWidget*>{m_field, m_masked, m_save, m_remove, m_inFile, m_cancel})
        line->addWidget(widget);
    line->addStretch(1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::metrics::kSpace1);
    layout->addLayout(line);
    layout->addWidget(m_note);
}

// The row stands in layouts that ask for no height for a width.
void TokenRow::say(const QString& text) {
    m_note->setText(text);
    m_note->setFixedSize(kNoteWidth, m_note->heightForWidth(kNoteWidth));
}

void TokenRow::save() {
    if (m_stage != Stage::shown || m_field->text().trimmed().isEmpty()) return;
    m_typed = Credentials::cleaned(m_field->text());
    if (m_typed.isEmpty()) {
        say(
            tr("This cannot be a token: it has spaces or other characters that tokens do not "
               "have. Copy it again from the hub's page."));
        return;
    }
    m_stage = Stage::waiting;
    showStage();
    m_hub.storeToken(m_typed, false);
}

void TokenRow::remove() {
    m_stage = Stage::waiting;
    showStage();
    m_hub.removeToken();
}

void TokenRow::takeStored(Credentials::Stored stored) {
    if (m_typed.isEmpty()) return; // the hub was changed meanwhile
    if (stored == Credentials::Stored::inKeychain || stored == Credentials::Stored::inFile) {
        m_field->clear();
        m_typed.clear();
        return; // what is read next shows it
    }
    m_stage = Stage::asking;
    showStage();
    say(stored == Credentials::Stored::needsConsent
            ? tr("There is no keychain that can be used here. The token can be kept in a file that only you "
                 "can read; programs that you start can read it too.")
            : tr("The file could not be written. Free some space on its disk, then try again."));
    m_inFile->setFocus();
    // The question is read before it is answered: all of it into view, once it has its place.
    QMetaObject::invokeMethod(this, &TokenRow::showWhole, Qt::QueuedConnection);
}

void TokenRow::showWhole() {
    for (QWidget* over = parentWidget(); over != nullptr; over = over->parentWidget())
        if (auto* area = qobject_cast<QScrollArea*>(over))
            area->ensureWidgetVisible(m_note, 0, theme::metrics::kSpace4);
}

void TokenRow::showToken() {
    m_stage = Stage::shown;
    m_typed.clear();
    showStage();
    m_masked->setText(masked(m_hub.access().token));
    m_shownHub = m_hub.hubName();
    say(m_problem.isEmpty() ? placeText(m_hub.tokenPlace(), m_shownHub) : m_problem);
    m_problem.clear();
    m_field->setAccessibleDescription(m_note->text());
}

// What cannot be done now is not offered; the focus goes to what is, before what had it is hidden.
void TokenRow::showStage() {
    const auto place = m_hub.tokenPlace();
    const bool has = place != Credentials::Place::none, asking = m_stage == Stage::asking;
    const bool removable = has && place != Credentials::Place::environment;
    const bool focused = QWidget::focusWidget() != nullptr && QWidget::focusWidget()->hasFocus();
    m_field->setVisible(!has);
    m_field->setReadOnly(m_stage != Stage::shown);
    m_save->setVisible(!has && !asking);
    m_save->setEnabled(m_stage == Stage::shown && !m_field->text().trimmed().isEmpty());
    m_masked->setVisible(has);
    m_remove->setVisible(removable);
    m_remove->setEnabled(m_stage == Stage::shown);
    if (focused && m_stage == Stage::shown && (removable || !has))
        (removable ? static_cast<QWidget*>(m_remove) : m_field)->setFocus();
    m_inFile->setVisible(asking);
    m_cancel->setVisible(asking);
}

} // namespace ui::settings
