// RecommendedRow: a model that was planned for this computer, as a button: name and variant, fit, memory,
// speed.
#pragma once

#include <QAbstractButton>

#include "app/downloads/recommendation.h"

namespace ui::models {

class RecommendedRow : public QAbstractButton {
    Q_OBJECT
 public:
    explicit RecommendedRow(QWidget* parent = nullptr);

    void setModel(const QString& name, const app::downloads::Recommendation& model);
    const app::downloads::Recommendation& model() const { return m_model; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

 protected:
    void paintEvent(QPaintEvent* event) override;

 private:
    app::downloads::Recommendation m_model;
};

QString variantWords(const app::downloads::Recommendation& model); // "Q4_K_M", "Q4_K_M, estimate"
QString speedWords(const app::downloads::Recommendation& model);   // "64 tok/s"; empty: not known

// What the columns are called.
class RecommendedHead : public QWidget {
    Q_OBJECT
 public:
    explicit RecommendedHead(QWidget* parent = nullptr);

 protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace ui::models
