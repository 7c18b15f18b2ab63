// ImportRow: how an import goes, with a button that ends it; hidden while there is none.
#pragma once

#include "app/library/importer.h"
#include "ui/widgets/panel.h"

namespace ui::widgets {
class ElidedLabel;
class MeterBar;
} // namespace ui::widgets

namespace ui::models {

class ImportRow : public widgets::Panel {
    Q_OBJECT
 public:
    explicit ImportRow(app::library::Importer& importer, QWidget* parent = nullptr);

 private:
    widgets::ElidedLabel* m_name;
    widgets::MeterBar* m_bar;
    widgets::ElidedLabel* m_amount;
};

} // namespace ui::models
