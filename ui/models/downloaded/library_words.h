// How entries, folders and their states are worded.
#pragma once

#include "app/library/entry.h"
#include "app/library/removal.h"
#include "ui/models/fit/fit_chip.h"

namespace ui::models {

QString ownerText(app::library::Folder::Owner owner); // "Hugging Face"
QString factsLine(const app::library::Entry& entry);  // "Q4_K_M · 18.6 GB · 30.5 B, 3.3 B active · 32 k"
QString lastUsedText(const QDateTime& when);          // "today 14:05", "28 Jul 2025", "never"
QString verificationText(const app::library::Verification& verification);
// Of what needs no planner: incomplete, damaged, adapters; a chip without text: the planner is to be asked.
FitChip stateChip(const app::library::Entry& entry);
// What is wrong with the entry, and what to do; empty: nothing.
QString problemTitle(const app::library::Entry& entry);
QString problemDetail(const app::library::Entry& entry);
QString removalText(const app::library::Entry& entry, const app::library::RemovalPlan& plan);

} // namespace ui::models
