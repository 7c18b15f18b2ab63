// DurableFile: a file that is filled at any place, whose space is reserved first and whose bytes can be
// forced to the disk.
#pragma once

#include <QFile>

#include "app/storage/outcome.h"

namespace app::storage {

class DurableFile {
 public:
    enum class Mode { readOnly, readWrite }; // readWrite makes a missing file
    // Never through a link: whoever may write into the folder must not choose what is overwritten.
    static Outcome<void> open(DurableFile& file, const QString& path, Mode mode);

    // The file has this size afterwards, and the disk has room for all of it where the file system can
    // promise that; where it cannot, the free space is looked at. Bytes not yet written read as zero.
    Outcome<void> reserve(qint64 bytes);
    Outcome<void> setSize(qint64 bytes); // without reserving: what is not written is a hole
    Outcome<void> writeAt(qint64 offset, const char* bytes, qint64 count);
    Outcome<QByteArray> readAt(qint64 offset, qint64 count); // shorter only at the file's end
    Outcome<void> sync();                                    // on the disk: survives a power cut
    // False: another program holds it. The system gives the lock back when the process ends, however it ends.
    bool tryLock();
    qint64 size() const { return m_file.size(); }
    void close() { m_file.close(); }

 private:
    Failure failure(int error) const;

    QFile m_file;
};

// Makes the renaming itself last; on systems where a folder cannot be synced it lasts by itself.
void syncFolder(const QString& folder);

} // namespace app::storage
