// Keeping slider and spin box on one value.
#include "ui/widgets/param_row.h"

#include <QAction>
#include <QContextMenuEvent>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSignalBlocker>
#include <QSlider>
#include <cmath>

#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/theme/style.h"

namespace ui::widgets {
namespace {

constexpr int kPositions = 1000;

// A wheel over an unfocused field scrolls the page, it does not change a value in passing.
class CalmSpinBox : public QDoubleSpinBox {
 public:
    using QDoubleSpinBox::QDoubleSpinBox;

 protected:
    void wheelEvent(QWheelEvent* event) override {
        if (hasFocus())
            QDoubleSpinBox::wheelEvent(event);
        else
            event->ignore();
    }
};

class CalmSlider : public QSlider {
 public:
    using QSlider::QSlider;

 protected:
    void wheelEvent(QWheelEvent* event) override {
        if (hasFocus())
            QSlider::wheelEvent(event);
        else
            event->ignore();
    }
};

} // namespace

ParamRow::ParamRow(const QString& name, const QString& help, const ParamRange& range, QWidget* parent)
    : QWidget(parent),
      m_range(range),
      m_name(new QLabel(name, this)),
      m_slider(new CalmSlider(Qt::Horizontal, this)),
      m_spin(new CalmSpinBox(this)) {
    m_name->setFont(theme::font(theme::TextRole::Small));
    m_name->setBuddy(m_spin);
    m_name->setFixedWidth(104);
    m_spin->setFont(theme::font(theme::TextRole::Small));
    theme::setSmall(m_spin);
    m_spin->setDecimals(range.decimals);
    m_spin->setRange(range.minimum, range.maximum);
    m_spin->setSingleStep(range.step);
    m_spin->setFixedWidth(72);
    m_spin->setKeyboardTracking(false);
    m_slider->setRange(0, kPositions);
    m_slider->setFocusPolicy(Qt::StrongFocus);
    m_spin->setFocusPolicy(Qt::StrongFocus);
    for (QWidget* part : {static_cast<QWidget*>(m_slider), static_cast<QWidget*>(m_spin)}) {
        part->setAccessibleName(name);
        part->setAccessibleDescription(help);
    }
    setToolTip(help);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(theme::metrics::kSpace3);
    row->addWidget(m_name);
    row->addWidget(m_slider, 1);
    row->addWidget(m_spin);
    setMinimumHeight(36);
    connect(m_slider, &QSlider::valueChanged, this, [this](int position) { edit(fromSlider(position)); });
    connect(m_spin, &QDoubleSpinBox::valueChanged, this, [this](double value) { edit(value); });
    setValue(range.standard);
}

double ParamRow::value() const {
    return m_spin->value();
}

void ParamRow::setValue(double value) {
    const QSignalBlocker quiet(m_spin);
    m_spin->setValue(value);
    showOnSlider(m_spin->value());
}

void ParamRow::setStandard(double value) {
    m_range.standard = value;
}

bool ParamRow::isStandard() const {
    return std::abs(value() - m_range.standard) < 0.5 * std::pow(10.0, -m_range.decimals);
}

void ParamRow::setNameWidth(int width) {
    m_name->setFixedWidth(width);
}

void ParamRow::showOnSlider(double value) {
    const double low = m_range.minimum;
    const double high = m_range.maximum;
    const double share =
        m_range.logarithmic ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
    const QSignalBlocker quiet(m_slider);
    m_slider->setValue(static_cast<int>(std::lround(share * kPositions)));
    const int steps = static_cast<int>(std::lround(kPositions * m_range.step / (high - low)));
    m_slider->setSingleStep(m_range.logarithmic ? 10 : qMax(1, steps));
    m_slider->setPageStep(kPositions / 10);
}

double ParamRow::fromSlider(int position) const {
    const double share = static_cast<double>(position) / kPositions;
    const double low = m_range.minimum;
    const double high = m_range.maximum;
    const double raw = m_range.logarithmic ? low * std::pow(high / low, share) : low + share * (high - low);
    return std::round(raw / m_range.step) * m_range.step;
}

void ParamRow::edit(double value) {
    const QSignalBlocker quietSpin(m_spin);
    m_spin->setValue(value);
    // The slider stays where the hand holds it; only typing moves it.
    if (!m_slider->isSliderDown()) showOnSlider(m_spin->value());
    Q_EMIT edited(m_spin->value());
}

void ParamRow::contextMenuEvent(QContextMenuEvent* event) {
    QMenu menu(this);
    QAction* reset = menu.addAction(
        tr("Reset to model default (%1)").arg(locale().toString(m_range.standard, 'f', m_range.decimals)));
    reset->setEnabled(!isStandard());
    if (menu.exec(event->globalPos()) != reset) return;
    setValue(m_range.standard);
    Q_EMIT edited(value());
}

} // namespace ui::widgets
