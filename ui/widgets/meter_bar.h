// A thin bar for one fraction, such as how full the context is.
#pragma once

#include <QWidget>

#include "ui/theme/palette.h"

namespace ui::widgets {

class MeterBar : public QWidget {
    Q_OBJECT
 public:
    explicit MeterBar(const QString& name, QWidget* parent = nullptr);

    // 0 to 1; the accessible description says the percentage.
    void setFraction(double fraction);
    double fraction() const { return m_fraction; }
    void setToken(theme::Token token);

    QSize sizeHint() const override { return {72, 5}; }
    QSize minimumSizeHint() const override { return {24, 5}; }

 protected:
    void paintEvent(QPaintEvent* event) override;

 private:
    double m_fraction = 0;
    theme::Token m_token = theme::Token::Accent;
};

} // namespace ui::widgets
