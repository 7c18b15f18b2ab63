// The words of the hardware page: a profile's numbers as people say them.
#pragma once

#include "app/hardware/profile.h"
#include "ui/hardware/fact_card.h"

namespace ui::hardware {

QString gigabytes(qint64 bytes, int digits = 1); // "25.3 GB"
QString bytesText(qint64 bytes);                 // "340 MB", "25.3 GB"
QString gigabytesNumber(qint64 bytes, int digits = 1);

QString extensionsLabel(); // of the row in processorFacts()
FactCard::Facts processorFacts(const app::hardware::Profile& profile);
FactCard::Facts memoryFacts(const app::hardware::Profile& profile);
FactCard::Facts gpuFacts(const app::hardware::GpuFacts& gpu);
FactCard::Facts diskFacts(const app::hardware::DiskFacts& disk);
QString familyName(const QString& family); // "Q4_K and kin"

QString measuredText(const app::hardware::Profile& profile); // "Measured 20 Nov", "Not measured yet"

} // namespace ui::hardware
