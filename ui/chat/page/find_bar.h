// FindBar: searches the open conversation: a field, how many hits, and ways to the next one.
#pragma once

#include "ui/widgets/panel.h"

class QLabel;

namespace ui::widgets {
class SearchField;
}

namespace ui::chat {

namespace transcript {
class TranscriptView;
}

class FindBar : public widgets::Panel {
    Q_OBJECT
 public:
    explicit FindBar(transcript::TranscriptView& view, QWidget* parent = nullptr);

    void open();
    void close();

 Q_SIGNALS:
    void closed(); // by the person: the focus wants a new place

 protected:
    bool eventFilter(QObject* watched, QEvent* event) override; // keys of the field

 private:
    void search();
    void step(bool backwards);
    void showCount();

    transcript::TranscriptView& m_view;
    widgets::SearchField* m_field;
    QLabel* m_count;
    int m_hits = 0;
};

} // namespace ui::chat
