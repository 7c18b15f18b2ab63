// NpyWriter: a two-dimensional float32 array in NumPy's .npy format, written row by row.
#pragma once

#include <QSaveFile>
#include <QString>

namespace app::cli {

// The file appears under its name when commit() succeeds, never half.
class NpyWriter {
 public:
    NpyWriter(const QString& path, qint64 rows, qint64 columns)
        : m_file(path), m_rows(rows), m_columns(columns) {}

    // Each returns an error text, empty on success.
    QString open();
    QString write(const float* values, qint64 count);
    QString commit();

 private:
    QString reason() const;

    QSaveFile m_file;
    qint64 m_rows, m_columns;
};

} // namespace app::cli
