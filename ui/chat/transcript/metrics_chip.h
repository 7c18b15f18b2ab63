// "42.3 tok/s": how fast a reply was, with all figures in its tool tip.
#pragma once

#include <QAbstractButton>

#include "ui/chat/transcript/message_view.h"

namespace ui::chat::transcript {

class MetricsChip : public QAbstractButton {
    Q_OBJECT
 public:
    explicit MetricsChip(QWidget* parent);
    // Hidden when there is no rate: nothing was generated, or it took no time.
    void setMetrics(const Metrics& metrics);
    QSize sizeHint() const override;
    // Takes part in focus and clicks, but paints nothing.
    void setHiddenFromSight(bool hidden);
    // The figures as lines "name: value"; for screen readers and tests.
    QString description() const { return accessibleDescription(); }

 protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

 private:
    void showFigures();

    Metrics m_metrics;
    bool m_unseen = false;
};

// The figures that are known, in the order in which they are shown.
QList<std::pair<QString, QString>> figuresOf(const Metrics& metrics);

} // namespace ui::chat::transcript
