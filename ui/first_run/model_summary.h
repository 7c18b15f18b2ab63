// ModelSummary: one model in a few lines: how it fits, its name, what it is for, and what it takes.
#pragma once

#include <QWidget>

#include "app/downloads/recommendations.h"

class QLabel;

namespace ui::widgets {
class Chip;
}

namespace ui::first_run {

class ModelSummary : public QWidget {
    Q_OBJECT
 public:
    explicit ModelSummary(QWidget* parent = nullptr);

    // `best`: it is the recommended one. `known`: of the catalogue; may be null.
    void setModel(const app::downloads::Recommendation& model, const app::downloads::CatalogueEntry* known,
                  bool best);
    QString name() const;

 private:
    widgets::Chip* m_best;
    widgets::Chip* m_fit;
    QLabel* m_name;
    QLabel* m_description;
    QLabel* m_facts;
};

} // namespace ui::first_run
