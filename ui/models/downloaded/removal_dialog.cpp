// The questions.
#include "ui/models/downloaded/removal_dialog.h"

#include <QCoreApplication>
#include <QMessageBox>
#include <QPushButton>

#include "ui/models/downloaded/library_words.h"
#include "ui/theme/style.h"

namespace ui::models {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("RemovalDialog", text);
}

// Cancel is what Enter does: nothing destructive is one key away.
void ask(QWidget* parent, const char* name, const QString& title, const QString& detail, const QString& verb,
         const std::function<void()>& agreed) {
    auto* box = new QMessageBox(QMessageBox::NoIcon, title, title, QMessageBox::Cancel, parent);
    box->setObjectName(QLatin1String(name));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(detail);
    QPushButton* yes = box->addButton(verb, QMessageBox::DestructiveRole);
    theme::setVariant(yes, theme::Variant::Danger);
    box->setDefaultButton(QMessageBox::Cancel);
    QObject::connect(box, &QMessageBox::buttonClicked, parent, [yes, agreed](QAbstractButton* clicked) {
        if (clicked == yes) agreed();
    });
    box->open();
}

} // namespace

void askForRemoval(QWidget* parent, const app::library::Entry& entry, const app::library::RemovalPlan& plan,
                   const std::function<void()>& agreed) {
    const QString owner = ownerText(plan.owner);
    const QString verb = tr("Delete");
    const QString name = entry.name;
    std::function<void()> then = agreed;
    if (plan.foreign)
        then = [parent, owner, name, agreed] {
            ask(parent, "foreignRemovalDialog", tr("Delete it from %1 as well?").arg(owner),
                tr("%1 lies in the cache of %2, which will not find it any more and may fetch it again.")
                    .arg(name, owner),
                tr("Delete from %1").arg(owner), agreed);
        };
    ask(parent, "removalDialog", tr("Delete %1?").arg(name), removalText(entry, plan),
        plan.foreign ? tr("Go on") : verb, then);
}

} // namespace ui::models
