// One number with its name, a slider for the hand and a spin box for the exact value.
#pragma once

#include <QWidget>

class QDoubleSpinBox;
class QLabel;
class QSlider;

namespace ui::widgets {

struct ParamRange {
    double minimum = 0;
    double maximum = 1;
    double step = 0.01;
    int decimals = 2;
    double standard = 0;      // what "Reset" goes back to
    bool logarithmic = false; // the slider moves in ratios; minimum must be above 0
};

class ParamRow : public QWidget {
    Q_OBJECT
 public:
    // `help` is one sentence: the tool tip and the accessible description.
    ParamRow(const QString& name, const QString& help, const ParamRange& range, QWidget* parent = nullptr);

    double value() const;
    void setValue(double value);
    // The value that Reset and the context menu go back to, such as the model's own.
    void setStandard(double value);
    bool isStandard() const;
    // Width of the name's column, so that rows stand under each other.
    void setNameWidth(int width);

 Q_SIGNALS:
    // Only when the person moved it; not from setValue.
    void edited(double value);

 protected:
    void contextMenuEvent(QContextMenuEvent* event) override;

 private:
    void showOnSlider(double value);
    double fromSlider(int position) const;
    void edit(double value);

    ParamRange m_range;
    QLabel* m_name;
    QSlider* m_slider;
    QDoubleSpinBox* m_spin;
};

} // namespace ui::widgets
