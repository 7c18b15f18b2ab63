// Keeping slider and spin box on one number.
#include "ui/models/load/count_row.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QSignalBlocker>
#include <QSlider>
#include <QVBoxLayout>
#include <cmath>

#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/theme/palette.h"
#include "ui/widgets/count_spin_box.h"

namespace ui::models {

namespace {
constexpr int kPositions = 1000;
constexpr int kNameWidth = 152, kSpinWidth = 92;
constexpr int kHandle = 7; // half of the slider's handle: marks stand under its middle
} // namespace

// The texts under the slider.
class CountRow::Marks : public QWidget {
 public:
    explicit Marks(const CountRow& row) : m_row(row) {
        setFixedHeight(18);
        setAttribute(Qt::WA_TransparentForMouseEvents);
        hide();
    }
    void set(const QList<Mark>& marks) {
        if (marks == m_list) return;
        m_list = marks;
        setVisible(!marks.isEmpty());
        update();
    }

 protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setFont(theme::font(theme::TextRole::Caption));
        painter.setPen(theme::Palette::of(this)[theme::Token::Muted]);
        QList<QRectF> taken;
        for (const Mark& mark : m_list) {
            const double share = m_row.shareOf(mark.value);
            double x = kHandle + share * (width() - 2 * kHandle);
            if (isRightToLeft()) x = width() - x;
            const double wide = painter.fontMetrics().horizontalAdvance(mark.text);
            const QRectF box(qBound(0.0, x - wide / 2, qMax(0.0, width() - wide)), 4, wide + 1, height() - 4);
            const auto overlaps = [&](const QRectF& other) {
                return box.adjusted(-10, 0, 10, 0).intersects(other);
            };
            if (std::any_of(taken.begin(), taken.end(), overlaps)) continue;
            taken.append(box);
            if (share > 0 && share < 1) painter.drawLine(QPointF(x, 0), QPointF(x, 4));
            painter.drawText(box, Qt::AlignCenter, mark.text);
        }
    }

 private:
    const CountRow& m_row;
    QList<Mark> m_list;
};

CountRow::CountRow(const QString& name, const QString& caption, const QString& help, Scale scale,
                   QWidget* parent)
    : QWidget(parent),
      m_scale(scale),
      m_slider(new QSlider(Qt::Horizontal, this)),
      m_marks(new Marks(*this)),
      m_spin(new widgets::CountSpinBox(this)) {
    auto* names = new QVBoxLayout;
    names->setSpacing(0);
    auto* label = new QLabel(name, this);
    label->setBuddy(m_spin);
    names->addStretch();
    names->addWidget(label);
    if (!caption.isEmpty()) {
        auto* under = new QLabel(caption, this);
        under->setFont(theme::font(theme::TextRole::Caption));
        under->setForegroundRole(QPalette::PlaceholderText);
        names->addWidget(under);
    }
    names->addStretch();
    for (QWidget* part : {static_cast<QWidget*>(m_slider), static_cast<QWidget*>(m_spin)}) {
        part->setAccessibleName(name);
        part->setAccessibleDescription(help);
        part->setFocusPolicy(Qt::StrongFocus);
    }
    setToolTip(help);
    m_slider->setRange(0, kPositions);
    m_slider->setPageStep(kPositions / 10);
    m_spin->setFixedWidth(kSpinWidth);
    m_spin->setKeyboardTracking(false);
    auto* middle = new QVBoxLayout;
    middle->setSpacing(0);
    middle->addStretch();
    middle->addWidget(m_slider);
    middle->addWidget(m_marks);
    middle->addStretch();
    auto* holder = new QWidget(this);
    holder->setFixedWidth(kNameWidth);
    holder->setLayout(names);
    names->setContentsMargins(0, 0, 0, 0);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(theme::metrics::kSpace4);
    row->addWidget(holder);
    row->addLayout(middle, 1);
    row->addWidget(m_spin);
    setMinimumHeight(40);
    connect(m_slider, &QSlider::valueChanged, this, [this](int position) { edit(valueAt(position)); });
    connect(m_spin, &QSpinBox::valueChanged, this, &CountRow::edit);
}

void CountRow::setRange(int minimum, int maximum, int step) {
    const QSignalBlocker quiet(m_spin);
    m_step = qMax(step, 1);
    m_spin->setRange(minimum, qMax(minimum, maximum));
    m_spin->setSingleStep(m_step);
    const int span = m_spin->maximum() - m_spin->minimum();
    m_slider->setSingleStep(m_scale == Scale::logarithmic ? 10
                                                          : qMax(1, kPositions * m_step / qMax(span, 1)));
    placeSlider();
}

void CountRow::setLeastText(const QString& text) {
    m_spin->setSpecialValueText(text);
}

void CountRow::setValue(int value) {
    const QSignalBlocker quiet(m_spin);
    m_spin->setValue(value);
    if (!m_slider->isSliderDown()) placeSlider();
}

int CountRow::value() const {
    return m_spin->value();
}

void CountRow::setMarks(const QList<Mark>& marks) {
    m_marks->set(marks);
    setMinimumHeight(marks.isEmpty() ? 40 : 52);
}

double CountRow::shareOf(int value) const {
    const double low = m_spin->minimum(), high = m_spin->maximum();
    if (high <= low) return 0;
    const double at = qBound(low, static_cast<double>(value), high);
    if (m_scale == Scale::linear || low < 1) return (at - low) / (high - low);
    return std::log(at / low) / std::log(high / low);
}

int CountRow::valueAt(int position) const {
    const double share = static_cast<double>(position) / kPositions;
    const double low = m_spin->minimum(), high = m_spin->maximum();
    if (position >= kPositions) return m_spin->maximum();
    const double raw =
        m_scale == Scale::linear || low < 1 ? low + share * (high - low) : low * std::pow(high / low, share);
    const int value = static_cast<int>(std::lround(raw / m_step)) * m_step;
    return qBound(m_spin->minimum(), value, m_spin->maximum());
}

void CountRow::placeSlider() {
    const QSignalBlocker quiet(m_slider);
    m_slider->setValue(static_cast<int>(std::lround(shareOf(m_spin->value()) * kPositions)));
    m_marks->update();
}

void CountRow::edit(int value) {
    const QSignalBlocker quiet(m_spin);
    m_spin->setValue(value);
    // The slider stays where the hand holds it; only typing moves it.
    if (!m_slider->isSliderDown()) placeSlider();
    Q_EMIT edited(m_spin->value());
}

} // namespace ui::models
