// Words of the inspector: what each sampling setting is called and does, and counts of tokens.
#pragma once

#include <QString>

namespace ui::chat {

struct SamplingText {
    QString label, help;
};

// `name` as in app::settings::SamplingField.
SamplingText samplingText(const char* name);

QString tokenCount(qint64 tokens); // "1 token", "31 tokens"

} // namespace ui::chat
