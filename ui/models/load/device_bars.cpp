// Bars and legend.
#include "ui/models/load/device_bars.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QStyle>
#include <QVBoxLayout>

#include "ui/theme/fonts.h"
#include "ui/theme/metrics.h"
#include "ui/theme/style.h"

namespace ui::models {

using app::bridge::PlanDevice;
using theme::Token;
using widgets::MemoryPart;

namespace {

// A square of the colour and the word for it.
class LegendEntry : public QWidget {
 public:
    LegendEntry(const QString& text, Token token, bool hatched, QWidget* parent)
        : QWidget(parent), m_text(text), m_token(token), m_hatched(hatched) {}

    QSize sizeHint() const override {
        return {kSwatch + 6 + QFontMetrics(theme::font(theme::TextRole::Caption)).horizontalAdvance(m_text),
                16};
    }
    QSize minimumSizeHint() const override { return sizeHint(); }

 protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const theme::Palette palette = theme::Palette::of(this);
        const QRectF square = QStyle::visualRect(layoutDirection(), rect(),
                                                 QRect(0, (height() - kSwatch) / 2, kSwatch, kSwatch));
        theme::paintRounded(&painter, square, 2, palette[m_token],
                            palette.tintsNeedEdge() ? palette[Token::Control] : QColor());
        if (m_hatched) widgets::paintHatching(&painter, square, palette[Token::OnFill]);
        painter.setFont(theme::font(theme::TextRole::Caption));
        painter.setPen(palette[Token::Muted]);
        painter.drawText(QStyle::visualRect(layoutDirection(), rect(), rect().adjusted(kSwatch + 6, 0, 0, 0)),
                         Qt::AlignVCenter, m_text);
    }

 private:
    static constexpr int kSwatch = 10;
    QString m_text;
    Token m_token;
    bool m_hatched;
};

QString nameOf(const PlanDevice& device, int index) {
    switch (device.kind) {
        case PlanDevice::Kind::gpu:
            return DeviceBars::tr("GPU %1").arg(index);
        case PlanDevice::Kind::disk:
            return DeviceBars::tr("Disk");
        case PlanDevice::Kind::processor:
            break;
    }
    return DeviceBars::tr("Memory");
}

} // namespace

DeviceBars::DeviceBars(QWidget* parent) : QWidget(parent), m_column(new QVBoxLayout(this)) {
    setObjectName(QStringLiteral("deviceBars"));
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(theme::metrics::kSpace3);
    auto* legend = new QHBoxLayout;
    legend->setSpacing(theme::metrics::kSpace4);
    const std::pair<QString, Token> entries[] = {
        {tr("Weights"), Token::MemWeights}, {tr("Experts"), Token::MemExperts},
        {tr("KV cache"), Token::MemKv},     {tr("Compute"), Token::MemCompute},
        {tr("LoRA"), Token::MemAdapter},    {tr("Other programs"), Token::MemOther},
        {tr("Free"), Token::MemFree}};
    for (const auto& [text, token] : entries)
        legend->addWidget(new LegendEntry(text, token, false, this));
    legend->addStretch();
    legend->addWidget(new LegendEntry(tr("Estimate"), Token::MemCompute, true, this));
    m_column->addLayout(legend);
}

DeviceBars::Row DeviceBars::makeRow() {
    Row row;
    row.widget = new QWidget(this);
    row.name = new QLabel(row.widget);
    row.name->setTextFormat(Qt::RichText);
    row.sum = new QLabel(row.widget);
    for (QLabel* label : {row.name, row.sum})
        label->setFont(theme::font(theme::TextRole::Small));
    row.bar = new widgets::MemoryBar(QString(), row.widget);
    auto* head = new QHBoxLayout;
    head->addWidget(row.name, 1);
    head->addWidget(row.sum);
    auto* column = new QVBoxLayout(row.widget);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(theme::metrics::kSpace1);
    column->addLayout(head);
    column->addWidget(row.bar);
    m_column->insertWidget(static_cast<int>(m_rows.size()), row.widget);
    return row;
}

void DeviceBars::fill(const Row& row, const PlanDevice& device, int index) {
    const QString name = nameOf(device, index);
    const QString muted = theme::Palette::of(row.widget)[Token::Muted].name();
    const QString detail = device.kind == PlanDevice::Kind::gpu ? device.name : QString();
    row.name->setText(QStringLiteral("<b style=\"font-weight:600\">%1</b> <span style=\"color:%2\">%3</span>")
                          .arg(name.toHtmlEscaped(), muted, detail.toHtmlEscaped()));
    const qint64 used = device.total - device.free;
    row.sum->setText(tr("%1 of %2 GB").arg(widgets::gigabytes(used), widgets::gigabytes(device.total)));
    row.bar->setAccessibleName(tr("Memory of %1").arg(name));
    row.bar->setParts({{tr("Weights"), device.weights, Token::MemWeights},
                       {tr("Experts"), device.experts, Token::MemExperts},
                       {tr("KV cache"), device.kvCache, Token::MemKv},
                       {tr("Compute"), device.compute, Token::MemCompute, true},
                       {tr("LoRA"), device.adapter, Token::MemAdapter},
                       {tr("Other programs"), device.otherPrograms, Token::MemOther}},
                      device.total, device.limit);
}

void DeviceBars::setDevices(const QList<PlanDevice>& devices) {
    while (m_rows.size() < devices.size())
        m_rows.append(makeRow());
    int gpus = 0;
    for (qsizetype i = 0; i < m_rows.size(); ++i) {
        m_rows[i].widget->setVisible(i < devices.size());
        if (i >= devices.size()) continue;
        fill(m_rows[i], devices[i], gpus);
        gpus += devices[i].kind == PlanDevice::Kind::gpu ? 1 : 0;
    }
}

} // namespace ui::models
