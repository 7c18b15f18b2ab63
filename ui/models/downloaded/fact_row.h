// FactRow: a few captions with their values beside each other, in as many lines as the width asks for; what
// is not known takes no room.
#pragma once

#include <QWidget>

class QLabel;

namespace ui::models {

class FactRow : public QWidget {
    Q_OBJECT
 public:
    explicit FactRow(const QStringList& captions, QWidget* parent = nullptr);

    void setValues(const QStringList& values); // as many as captions

    int heightForWidth(int width) const override { return place(width, false); }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

 protected:
    void resizeEvent(QResizeEvent* event) override;

 private:
    struct Fact {
        QWidget* box;
        QLabel* value;
    };
    int place(int width, bool move) const; // the height that it takes

    QList<Fact> m_facts;
};

} // namespace ui::models
