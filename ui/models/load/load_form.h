// LoadForm: what a person may choose about a load: placement, context, precision, guardrail.
#pragma once

#include <QWidget>

#include "app/bridge/engine_host.h"
#include "app/bridge/planner.h"

class QLabel;
class QVBoxLayout;

namespace ui::widgets {
class Button;
class Segmented;
} // namespace ui::widgets

namespace ui::models {

class CountRow;

class LoadForm : public QWidget {
    Q_OBJECT
 public:
    explicit LoadForm(QWidget* parent = nullptr);

    // `trainedContext` 0: not known.
    void setModel(qint64 trainedContext);
    void setOptions(const app::bridge::LoadOptions& options);
    app::bridge::LoadOptions options() const { return m_options; }
    // Fills in what was chosen for the person, and which rows make sense.
    void setPlan(const app::bridge::ModelPlan& plan);

 Q_SIGNALS:
    void changed(); // by the person

 private:
    void addPlacement(QVBoxLayout* column);
    void addNumbers(QVBoxLayout* column);
    void addQuantize(QVBoxLayout* column);
    void addChoices(QVBoxLayout* column);
    void addAdvanced(QVBoxLayout* column);
    QWidget* choiceRow(const QString& name, QWidget* choice, QLabel* note);
    void showRows();
    void showMarks();
    void resetToAutomatic();
    bool isManual() const;

    app::bridge::LoadOptions m_options;
    app::bridge::ModelPlan m_plan;
    qint64 m_trainedContext = 0;
    widgets::Segmented *m_placement, *m_quantize, *m_kv, *m_guardrail;
    QWidget* m_quantizeRow;
    widgets::Button *m_reset, *m_advanced;
    CountRow *m_context, *m_gpuLayers, *m_expertLayers, *m_threads;
    QLabel *m_quantizeNote, *m_kvNote, *m_guardrailNote, *m_advancedNote;
};

} // namespace ui::models
