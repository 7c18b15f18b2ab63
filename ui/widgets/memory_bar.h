// MemoryBar: how the memory of one device is shared out, as a stacked bar.
#pragma once

#include <QList>
#include <QString>
#include <QWidget>

#include "ui/theme/palette.h"

namespace ui::widgets {

struct MemoryPart {
    QString name;
    qint64 bytes = 0;
    theme::Token token = theme::Token::MemWeights;
    bool estimated = false; // hatched
    bool operator==(const MemoryPart&) const = default;
};

QString gigabytes(qint64 bytes); // "15.2", in thousands of millions
void paintHatching(QPainter* painter, const QRectF& rect, const QColor& color);

class MemoryBar : public QWidget {
    Q_OBJECT
 public:
    explicit MemoryBar(const QString& name, QWidget* parent = nullptr);

    // Parts stand in their order, what is left of `total` is free. Past `limit` (0: none) begins what is kept
    // for others; parts that need more than the total fill the bar and carry its end past the edge.
    void setParts(const QList<MemoryPart>& parts, qint64 total, qint64 limit = 0);
    const QList<MemoryPart>& parts() const { return m_parts; }

    QSize sizeHint() const override { return {320, kHeight}; }
    QSize minimumSizeHint() const override { return {80, kHeight}; }

 protected:
    void paintEvent(QPaintEvent* event) override;

 private:
    static constexpr int kHeight = 24;
    void paintLabel(QPainter* painter, const QRectF& box, const MemoryPart& part) const;

    QList<MemoryPart> m_parts;
    qint64 m_total = 0, m_limit = 0;
};

} // namespace ui::widgets
