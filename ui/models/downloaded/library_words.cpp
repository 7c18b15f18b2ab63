// Words of the library.
#include "ui/models/downloaded/library_words.h"

#include <QCoreApplication>
#include <QLocale>

#include "ui/models/fit/model_words.h"

namespace ui::models {

using app::library::Entry;
using app::library::Folder;
using app::library::Verification;
using Kind = app::bridge::ModelInfo::Kind;
using State = Entry::State;

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Library", text);
}

} // namespace

QString ownerText(Folder::Owner owner) {
    switch (owner) {
        case Folder::Owner::own:
            return tr("Tandem");
        case Folder::Owner::chosen:
            return tr("Added folder");
        case Folder::Owner::huggingFace:
            return QStringLiteral("Hugging Face");
        case Folder::Owner::lmStudio:
            return QStringLiteral("LM Studio");
        case Folder::Owner::ollama:
            return QStringLiteral("Ollama");
        case Folder::Owner::llamaCpp:
            return QStringLiteral("llama.cpp");
    }
    return {};
}

QString factsLine(const Entry& entry) {
    QStringList facts;
    const auto add = [&](const QString& fact) {
        if (!fact.isEmpty()) facts.append(fact);
    };
    if (entry.info.kind == Kind::adapter) add(tr("Adapter"));
    if (entry.info.kind == Kind::projector) add(tr("Image part"));
    add(entry.info.quantization);
    add(bytesText(entry.bytes()));
    add(parametersText(entry.info));
    add(contextText(entry.info.trainedContext));
    return facts.join(QStringLiteral(" · "));
}

QString lastUsedText(const QDateTime& when) {
    if (!when.isValid()) return tr("never");
    const QDateTime local = when.toLocalTime();
    const QLocale locale;
    if (local.date() == QDate::currentDate())
        return tr("today %1").arg(locale.toString(local.time(), QLocale::ShortFormat));
    return locale.toString(local.date(), QStringLiteral("d MMM yyyy"));
}

QString verificationText(const Verification& verification) {
    const QString date = lastUsedText(verification.when);
    switch (verification.verdict) {
        case Verification::Verdict::none:
            return tr("not yet");
        case Verification::Verdict::intact:
            return tr("%1: as published").arg(date);
        case Verification::Verdict::same:
            return tr("%1: unchanged since it was first looked at").arg(date);
        case Verification::Verdict::noted:
            return tr("%1: nobody published a hash; noted for the next time").arg(date);
        case Verification::Verdict::differs:
            return tr("%1: damaged").arg(date);
    }
    return {};
}

FitChip stateChip(const Entry& entry) {
    using theme::Icon;
    using widgets::Tone;
    if (entry.verification.verdict == Verification::Verdict::differs)
        return {Tone::Bad, Icon::Close, tr("Damaged")};
    switch (entry.state) {
        case State::unread:
            return {Tone::Neutral, Icon::None, tr("Reading…")};
        case State::arriving:
            return {Tone::Neutral, Icon::Download, tr("Being written")};
        case State::incomplete:
            return {Tone::Warn, Icon::Warn, tr("Incomplete")};
        case State::damaged:
            return {Tone::Bad, Icon::Close, tr("Damaged")};
        case State::ready:
            break;
    }
    if (entry.info.kind == Kind::adapter) return {Tone::Accent, Icon::None, tr("Adapter")};
    if (entry.info.kind == Kind::projector) return {Tone::Neutral, Icon::Eye, tr("Image part")};
    if (!entry.info.unsupported.isEmpty()) return {Tone::Warn, Icon::Warn, tr("Cannot be loaded")};
    return {};
}

QString problemTitle(const Entry& entry) {
    if (entry.state == State::incomplete) {
        return entry.missingParts.size() == 1 ? tr("One part is missing")
                                              : tr("%1 parts are missing").arg(entry.missingParts.size());
    }
    if (entry.state == State::arriving) return tr("Another program is still writing this file");
    if (entry.state == State::damaged) return tr("This file cannot be used");
    if (entry.verification.verdict == Verification::Verdict::differs) return tr("This model is damaged");
    if (entry.info.kind == Kind::model && !entry.info.unsupported.isEmpty())
        return tr("This model cannot be loaded");
    return {};
}

QString problemDetail(const Entry& entry) {
    if (entry.state == State::incomplete)
        return tr("Missing: %1. Put all parts of the model into one folder.")
            .arg(entry.missingParts.mid(0, 5).join(QStringLiteral(", ")) +
                 (entry.missingParts.size() > 5 ? QStringLiteral(", …") : QString()));
    if (entry.state == State::arriving) return tr("It is looked at again as soon as it rests.");
    if (entry.state == State::damaged) return entry.problem + QLatin1Char(' ') + entry.hint;
    if (entry.verification.verdict == Verification::Verdict::differs)
        return tr("Its bytes are not those that were published. Get it again.");
    return entry.info.kind == Kind::model ? entry.info.unsupported : QString();
}

QString removalText(const Entry& entry, const app::library::RemovalPlan& plan) {
    QStringList lines;
    lines.append(plan.freed > 0 ? tr("This frees %1.").arg(bytesText(plan.freed))
                                : tr("This frees no room on the disk."));
    if (plan.kept > 0)
        lines.append(tr("%1 stay, because something else uses them too.").arg(bytesText(plan.kept)));
    if (!plan.otherNames.isEmpty())
        lines.append(tr("Its other names go with it: %1.").arg(entry.alsoKnownAs.join(QStringLiteral(", "))));
    return lines.join(QLatin1Char('\n'));
}

} // namespace ui::models
