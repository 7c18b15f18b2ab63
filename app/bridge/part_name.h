// The name of one file of a model that was split into several: STEM-00001-of-00003.ENDING.
#pragma once

#include <QString>

namespace app::bridge {

struct PartName {
    QString stem, ending;
    int number = 0, count = 0; // 0: it is no part

    static PartName of(const QString& fileName); // or path
    QString file(int number) const;              // the name of another part
    QString set() const;                         // the same for all parts of one model, and no other's
};

} // namespace app::bridge
