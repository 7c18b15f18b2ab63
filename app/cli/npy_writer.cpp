// NumPy format version 1.0: magic, version, header length, a Python dictionary padded to 64 bytes, then the
// values.
#include "app/cli/npy_writer.h"

#include <QtEndian>

namespace app::cli {

QString NpyWriter::reason() const {
    return QStringLiteral("cannot write %1: %2").arg(m_file.fileName(), m_file.errorString());
}

QString NpyWriter::open() {
    if (!m_file.open(QIODevice::WriteOnly)) return reason();
    QByteArray header = QByteArrayLiteral("{'descr': '<f4', 'fortran_order': False, 'shape': (") +
                        QByteArray::number(m_rows) + ", " + QByteArray::number(m_columns) + "), }";
    constexpr qsizetype kBefore = 10; // magic 6, version 2, length 2
    header.append((64 - (kBefore + header.size() + 1) % 64) % 64, ' ').append('\n');
    const quint16 length = qToLittleEndian(static_cast<quint16>(header.size()));
    QByteArray start("\x93NUMPY\x01\x00", 8);
    start.append(reinterpret_cast<const char*>(&length), sizeof length).append(header);
    return m_file.write(start) == start.size() ? QString() : reason();
}

QString NpyWriter::write(const float* values, qint64 count) {
    const qint64 bytes = count * static_cast<qint64>(sizeof(float));
    return m_file.write(reinterpret_cast<const char*>(values), bytes) == bytes ? QString() : reason();
}

QString NpyWriter::commit() {
    return m_file.commit() ? QString() : reason();
}

} // namespace app::cli
