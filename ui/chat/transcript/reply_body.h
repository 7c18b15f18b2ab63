// The blocks of a reply under each other, kept in step with its growing text.
#pragma once

#include <QDeadlineTimer>
#include <QWidget>
#include <vector>

#include "ui/chat/markdown/parse.h"
#include "ui/chat/transcript/block_face.h"

namespace ui::chat::transcript {

class ReplyBody : public QWidget {
    Q_OBJECT
 public:
    ReplyBody(const TextStyle& style, QWidget* parent);

    // What is to be shown. Widgets are changed or made by build(), as far as the deadline lets it.
    void setText(const QString& text, markdown::Stage stage);
    bool build(QDeadlineTimer deadline = QDeadlineTimer::Forever);
    bool isBuilt() const { return m_built == m_segments.size(); }

    void restyle(const TextStyle& style);
    int heightFor(int width);
    // Puts the blocks in place for the last heightFor().
    void place();
    void setCaret(bool present, bool lit);

    bool isEmpty() const { return m_segments.isEmpty(); }
    const QList<markdown::Block>& blocks() const { return m_blocks; }
    const std::vector<BlockFace*>& faces() const { return m_faces; }

 Q_SIGNALS:
    void heightChanged();
    void linkActivated(const QUrl& target);
    // This block has got a selection; others may drop theirs.
    void selected(QWidget* block);

 protected:
    void paintEvent(QPaintEvent* event) override;

 private:
    BlockFace* make(const Segment& segment);
    void removeFrom(size_t index);
    double indentOfSegment(qsizetype index) const;

    TextStyle m_style;
    QByteArray m_utf8;
    QString m_text;
    markdown::Stage m_stage = markdown::Stage::Complete;
    QList<markdown::Block> m_blocks;
    QList<Segment> m_segments;
    std::vector<BlockFace*> m_faces; // owned as child widgets
    QList<QRect> m_places;
    qsizetype m_built = 0; // segments whose widgets show them
    bool m_caret = false;
    bool m_caretLit = false;
};

} // namespace ui::chat::transcript
