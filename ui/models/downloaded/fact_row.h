// FactRow: a few captions with their values beside each other; what is not known takes no room.
#pragma once

#include <QWidget>

class QHBoxLayout;
class QLabel;

namespace ui::models {

class FactRow : public QWidget {
    Q_OBJECT
 public:
    explicit FactRow(const QStringList& captions, QWidget* parent = nullptr);

    void setValues(const QStringList& values); // as many as captions

 private:
    struct Fact {
        QWidget* box;
        QLabel* value;
    };
    QList<Fact> m_facts;
};

} // namespace ui::models
