// ChatHeader: the line over the transcript: pane toggles, model button centred over the text, context meter.
#pragma once

#include "ui/widgets/panel.h"

namespace ui::widgets {
class IconButton;
}

namespace ui::chat {

class ContextMeter;
class ModelButton;

class ChatHeader : public widgets::Panel {
    Q_OBJECT
 public:
    ChatHeader(ModelButton* model, ContextMeter* meter, QWidget* parent = nullptr); // takes both

    void setPanes(bool list, bool inspector); // which are open

 Q_SIGNALS:
    void listToggled();
    void inspectorToggled();

 protected:
    void resizeEvent(QResizeEvent* event) override;
    bool event(QEvent* event) override;

 private:
    void place();

    ModelButton* m_model;
    ContextMeter* m_meter;
    widgets::IconButton* m_list;
    widgets::IconButton* m_inspector;
};

} // namespace ui::chat
