// The words of the inspector.
#include "ui/chat/page/sampling_texts.h"

#include <QCoreApplication>
#include <QLatin1String>
#include <array>

namespace ui::chat {

namespace {

struct Row {
    const char* name;
    const char* label;
    const char* help;
};
constexpr std::array kRows = std::to_array<Row>({
    {"temperature", QT_TRANSLATE_NOOP("Sampling", "Temperature"),
     QT_TRANSLATE_NOOP(
         "Sampling",
         "Low values keep to the most likely words, high ones surprise; 0 is always the likeliest.")},
    {"top_p", QT_TRANSLATE_NOOP("Sampling", "Top-p"),
     QT_TRANSLATE_NOOP("Sampling",
                       "Keeps the likeliest words that together reach this probability; 1 is off.")},
    {"top_k", QT_TRANSLATE_NOOP("Sampling", "Top-k"),
     QT_TRANSLATE_NOOP("Sampling", "Keeps this many of the likeliest words; 0 is off.")},
    {"min_p", QT_TRANSLATE_NOOP("Sampling", "Min-p"),
     QT_TRANSLATE_NOOP("Sampling",
                       "Drops words less likely than this share of the likeliest one; 0 is off.")},
    {"typical_p", QT_TRANSLATE_NOOP("Sampling", "Typical"),
     QT_TRANSLATE_NOOP("Sampling",
                       "Keeps words that are about as surprising as the model expects; 1 is off.")},
    {"repetition_penalty", QT_TRANSLATE_NOOP("Sampling", "Repeat penalty"),
     QT_TRANSLATE_NOOP("Sampling", "Makes words that were just used less likely; 1 is off.")},
    {"frequency_penalty", QT_TRANSLATE_NOOP("Sampling", "Frequency"),
     QT_TRANSLATE_NOOP("Sampling", "Makes a word less likely each time that it was used; 0 is off.")},
    {"presence_penalty", QT_TRANSLATE_NOOP("Sampling", "Presence"),
     QT_TRANSLATE_NOOP("Sampling", "Makes a word less likely once it was used at all; 0 is off.")},
    {"penalty_window", QT_TRANSLATE_NOOP("Sampling", "Penalty range"),
     QT_TRANSLATE_NOOP("Sampling", "How many of the last tokens the penalties look at; -1 is all.")},
    {"dry_multiplier", QT_TRANSLATE_NOOP("Sampling", "DRY strength"),
     QT_TRANSLATE_NOOP("Sampling", "Makes repeating whole sequences of words less likely; 0 is off.")},
    {"dry_base", QT_TRANSLATE_NOOP("Sampling", "DRY base"),
     QT_TRANSLATE_NOOP("Sampling", "How fast the DRY penalty grows with the length of a repeated sequence.")},
    {"dry_allowed_length", QT_TRANSLATE_NOOP("Sampling", "DRY length"),
     QT_TRANSLATE_NOOP("Sampling", "Sequences up to this many tokens may repeat freely.")},
    {"xtc_probability", QT_TRANSLATE_NOOP("Sampling", "XTC chance"),
     QT_TRANSLATE_NOOP("Sampling",
                       "How often the likeliest choices are left out, for less expected text; 0 is off.")},
    {"xtc_threshold", QT_TRANSLATE_NOOP("Sampling", "XTC threshold"),
     QT_TRANSLATE_NOOP("Sampling", "Only choices at least this likely can be left out.")},
});

} // namespace

SamplingText samplingText(const char* name) {
    for (const Row& row : kRows) {
        if (QLatin1String(row.name) == QLatin1String(name))
            return {QCoreApplication::translate("Sampling", row.label),
                    QCoreApplication::translate("Sampling", row.help)};
    }
    return {QString::fromLatin1(name), QString()};
}

QString tokenCount(qint64 tokens) {
    return tokens == 1 ? QCoreApplication::translate("Sampling", "1 token")
                       : QCoreApplication::translate("Sampling", "%1 tokens").arg(tokens);
}

} // namespace ui::chat
