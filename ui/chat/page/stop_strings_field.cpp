// Editing stop strings.
#include "ui/chat/page/stop_strings_field.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QVBoxLayout>

#include "ui/theme/fonts.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/icon_button.h"

namespace ui::chat {

namespace {

// A line break and a tab are typed and shown as \n and \t; a backslash as \\.
QString shown(QString text) {
    text.replace(QLatin1Char('\\'), QLatin1String("\\\\"));
    text.replace(QLatin1Char('\n'), QLatin1String("\\n"));
    return text.replace(QLatin1Char('\t'), QLatin1String("\\t"));
}

QString meant(const QString& typed) {
    QString text;
    for (qsizetype i = 0; i < typed.size(); ++i) {
        const QChar next = i + 1 < typed.size() ? typed[i + 1] : QChar();
        const bool escape =
            typed[i] == QLatin1Char('\\') && QStringLiteral("nt\\").contains(next) && !next.isNull();
        text += !escape                    ? typed[i]
                : next == QLatin1Char('n') ? QLatin1Char('\n')
                : next == QLatin1Char('t') ? QLatin1Char('\t')
                                           : next;
        i += escape ? 1 : 0;
    }
    return text;
}

} // namespace

StopStringsField::StopStringsField(QWidget* parent)
    : QWidget(parent), m_chips(new QVBoxLayout), m_field(new QLineEdit(this)) {
    m_field->setObjectName(QStringLiteral("stopStrings"));
    m_field->setAccessibleName(tr("New stop string"));
    m_field->setPlaceholderText(tr("Add and press Enter"));
    m_field->setToolTip(tr("The reply ends before this text. Write \\n for a line break."));
    connect(m_field, &QLineEdit::returnPressed, this, [this] {
        const QString text = meant(m_field->text());
        m_field->clear();
        if (text.isEmpty() || m_strings.contains(text)) return;
        m_strings.append(text);
        rebuild();
        Q_EMIT edited(m_strings);
    });
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    m_chips->setSpacing(2);
    layout->addLayout(m_chips);
    layout->addWidget(m_field);
}

void StopStringsField::setStrings(const QStringList& strings) {
    if (strings == m_strings) return;
    m_strings = strings;
    rebuild();
}

void StopStringsField::rebuild() {
    while (QLayoutItem* item = m_chips->takeAt(0)) {
        item->widget()->deleteLater();
        delete item;
    }
    for (const QString& text : std::as_const(m_strings)) {
        auto* line = new QWidget(this);
        auto* layout = new QHBoxLayout(line);
        layout->setContentsMargins(4, 0, 0, 0);
        auto* label = new widgets::ElidedLabel(shown(text), line);
        label->setFont(theme::font(theme::TextRole::Code));
        auto* remove =
            new widgets::IconButton(theme::Icon::Close, tr("Remove the stop string %1").arg(shown(text)),
                                    line, widgets::IconButton::Size::Small);
        connect(remove, &QAbstractButton::clicked, this, [this, text] {
            m_strings.removeAll(text);
            m_field->setFocus(Qt::OtherFocusReason);
            rebuild();
            Q_EMIT edited(m_strings);
        });
        layout->addWidget(label, 1);
        layout->addWidget(remove);
        m_chips->addWidget(line);
    }
}

} // namespace ui::chat
