// RecommendedList: what runs well here: asking, and the best few of what was found.
#pragma once

#include "app/downloads/recommendations.h"
#include "ui/widgets/panel.h"

class QVBoxLayout;

namespace ui::models {

class RecommendedHead;
class RecommendedRow;

class RecommendedList : public widgets::Card {
    Q_OBJECT
 public:
    explicit RecommendedList(app::downloads::Recommendations& recommendations, QWidget* parent = nullptr);

 Q_SIGNALS:
    void modelRequested(const QString& repo);

 private:
    void refresh();

    app::downloads::Recommendations& m_recommendations;
    QVBoxLayout* m_column;
    RecommendedHead* m_head;
    QList<RecommendedRow*> m_rows;
};

} // namespace ui::models
