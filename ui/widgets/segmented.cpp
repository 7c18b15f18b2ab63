// The segments: exclusive buttons, so that screen readers and arrow keys treat them as radio buttons.
#include "ui/widgets/segmented.h"

#include <QAbstractButton>
#include <QButtonGroup>
#include <QHBoxLayout>
#include <QPainter>
#include <QPainterPath>

#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/theme/style.h"

namespace ui::widgets {
namespace {

using theme::Token;

class Segment : public QAbstractButton {
 public:
    explicit Segment(const QString& text, QWidget* parent) : QAbstractButton(parent) {
        setText(text);
        setCheckable(true);
        setAutoExclusive(true);
        setFocusPolicy(Qt::StrongFocus);
        setAttribute(Qt::WA_Hover);
    }

    QSize sizeHint() const override {
        // Measured in semibold, so that choosing does not move the neighbours.
        const QFontMetrics metrics(theme::semibold(theme::font(theme::TextRole::Small)));
        return {metrics.horizontalAdvance(text()) + 24, theme::metrics::kSmallHeight};
    }

 protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        const theme::Palette palette = theme::Palette::of(this);
        const bool on = isChecked();
        if (on) painter.fillRect(rect(), palette[Token::AccentTint]);
        QFont font = theme::font(theme::TextRole::Small);
        painter.setFont(on ? theme::semibold(font) : font);
        painter.setPen(palette[!isEnabled()   ? Token::DisabledText
                               : on           ? Token::Accent
                               : underMouse() ? Token::Text
                                              : Token::Muted]);
        painter.drawText(rect(), Qt::AlignCenter, text());
    }
};

} // namespace

Segmented::Segmented(const QString& name, const QStringList& options, QWidget* parent)
    : QWidget(parent), m_group(new QButtonGroup(this)) {
    setAccessibleName(name);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(1, 1, 1, 1);
    row->setSpacing(1);
    for (const QString& option : options) {
        auto* segment = new Segment(option, this);
        segment->setAccessibleName(QStringLiteral("%1: %2").arg(name, option));
        m_group->addButton(segment, static_cast<int>(m_group->buttons().size()));
        row->addWidget(segment);
    }
    if (auto* first = m_group->button(0)) first->setChecked(true);
    setFocusProxy(m_group->checkedButton());
    connect(m_group, &QButtonGroup::idToggled, this, [this](int id, bool on) {
        update();
        setFocusProxy(m_group->checkedButton());
        if (on) Q_EMIT chosen(id);
    });
}

int Segmented::current() const {
    return m_group->checkedId();
}

void Segmented::setCurrent(int index) {
    const QSignalBlocker quiet(this);
    if (auto* button = m_group->button(index)) button->setChecked(true);
    update();
}

void Segmented::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const theme::Palette palette = theme::Palette::of(this);
    theme::paintRounded(&painter, rect(), theme::metrics::kRadiusControl, palette[Token::Base],
                        palette[Token::Control]);
    const auto buttons = m_group->buttons();
    for (qsizetype i = 1; i < buttons.size(); ++i) {
        const QRect box = buttons[i]->geometry();
        const int x = isRightToLeft() ? box.right() + 1 : box.left() - 1;
        painter.fillRect(x, 1, 1, height() - 2, palette[Token::Border]);
    }
}

} // namespace ui::widgets
