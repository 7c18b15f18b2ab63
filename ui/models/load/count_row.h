// CountRow: a whole number with its name, a slider with marks under it, and a spin box.
#pragma once

#include <QWidget>

class QLabel;
class QSlider;

namespace ui::widgets {
class CountSpinBox;
}

namespace ui::models {

class CountRow : public QWidget {
    Q_OBJECT
 public:
    enum class Scale { linear, logarithmic };
    // `caption` stands small under the name; `help` is the tool tip and the accessible description.
    CountRow(const QString& name, const QString& caption, const QString& help, Scale scale,
             QWidget* parent = nullptr);

    void setRange(int minimum, int maximum, int step = 1);
    void setValue(int value); // emits nothing
    int value() const;
    // Shown instead of the least value: "Automatic".
    void setLeastText(const QString& text);

    struct Mark {
        int value = 0;
        QString text;
        bool operator==(const Mark&) const = default;
    };
    // Under the slider; the ends have theirs at the edges. Texts that would overlap are left out, the first
    // ones win.
    void setMarks(const QList<Mark>& marks);

 Q_SIGNALS:
    void edited(int value); // by the person

 private:
    class Marks;
    double shareOf(int value) const;
    int valueAt(int position) const;
    void edit(int value);
    void placeSlider();

    Scale m_scale;
    int m_step = 1;
    QSlider* m_slider;
    Marks* m_marks;
    widgets::CountSpinBox* m_spin;
};

} // namespace ui::models
