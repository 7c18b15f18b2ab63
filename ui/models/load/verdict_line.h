// VerdictLine: will it run, in one tinted line.
#pragma once

#include <QWidget>

#include "ui/theme/icons.h"
#include "ui/widgets/chip.h"

class QLabel;

namespace ui::models {

class VerdictLine : public QWidget {
    Q_OBJECT
 public:
    explicit VerdictLine(QWidget* parent = nullptr);

    void setVerdict(widgets::Tone tone, theme::Icon icon, const QString& words, const QString& reason,
                    const QString& trailing);

 protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

 private:
    void dress();

    widgets::Tone m_tone = widgets::Tone::Neutral;
    theme::Icon m_icon = theme::Icon::Info;
    QString m_words, m_reason;
    QLabel* m_text;
    QLabel* m_trailing;
};

} // namespace ui::models
