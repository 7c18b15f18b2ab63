// One line of text that ends in "…" when there is no room; the whole text is then its tool tip.
#pragma once

#include <QWidget>

#include "ui/theme/fonts.h"
#include "ui/theme/palette.h"

namespace ui::widgets {

class ElidedLabel : public QWidget {
    Q_OBJECT
 public:
    explicit ElidedLabel(const QString& text = QString(), QWidget* parent = nullptr);

    void setText(const QString& text);
    QString text() const { return m_text; }
    void setToken(theme::Token token);
    void setElideMode(Qt::TextElideMode mode);
    void setAlignment(Qt::Alignment alignment);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

 protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

 private:
    bool isElided() const;

    QString m_text;
    theme::Token m_token = theme::Token::Text;
    Qt::TextElideMode m_mode = Qt::ElideRight;
    Qt::Alignment m_alignment = Qt::AlignLeft | Qt::AlignVCenter;
};

} // namespace ui::widgets
