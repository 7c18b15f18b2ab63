// "‹ 2 / 3 ›": which version of a message is shown.
#pragma once

#include <QWidget>

namespace ui::widgets {
class IconButton;
}

namespace ui::chat::transcript {

class VersionSwitch : public QWidget {
    Q_OBJECT
 public:
    explicit VersionSwitch(QWidget* parent);
    // Hidden while there is one version only.
    void setVersion(int version, int count);
    void setEnabledFor(bool changes);
    QSize sizeHint() const override;

 Q_SIGNALS:
    void requested(int delta);

 protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

 private:
    QString label() const;

    int m_version = 0;
    int m_count = 1;
    bool m_changes = true;
    widgets::IconButton* m_previous;
    widgets::IconButton* m_next;
};

} // namespace ui::chat::transcript
